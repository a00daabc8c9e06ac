from tests.assembly.house import found, house


def test_a_house_that_never_started_is_told_what_to_do_first():
    with house() as made:
        status, lines = found(made)
        assert status == 1
        assert lines[f"Nothing serves {made.folder}."] == "fail"
        assert lines["The database does not answer: it was never started here"] == "fail"
