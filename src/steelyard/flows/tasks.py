"""Stories that start by the clock."""

from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from steelyard.base.clock import now


@app.task(retry=10)
def cover_the_rest(campaign: str, decision: str) -> int:
    """The copies of a decided campaign that one transaction could not hold. Safe to run again."""
    from steelyard.decisions.models import Decision
    from steelyard.decisions.states import DecisionState
    from steelyard.flows.campaigns import cover_some
    from steelyard.screening.models import Campaign

    made = Decision.objects.filter(ref=decision, state=DecisionState.MADE).first()
    if made is None:
        return 0
    with transaction.atomic():
        return cover_some(Campaign.objects.get(ref=campaign), made)


@app.task(retry=10)
def tell_the_rest(decision: str) -> None:
    """Those of a crowd of reporters who were not told in the decision's own transaction. Safe to run again."""
    from steelyard.decisions.models import Decision
    from steelyard.flows.tell_reporters import tell_some

    made = Decision.objects.select_related("case", "reverses__case").get(ref=decision)
    while not tell_some(made, limit=200):
        pass


@app.task(retry=10, priority=-10)  # a crowd's receipts wait behind what moves
def acknowledge_report(notice: str) -> bool:
    """The receipt of a report made inside a platform. Safe to run again."""
    from steelyard.flows.acknowledge_report import acknowledge_report as acknowledge

    return acknowledge(notice)


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="look_for_puppets", retry=3)
def look_for_puppets(timestamp: int) -> int:
    """Who among the reporters of crowded items acts as one. Safe to run again."""
    from steelyard.flows.brigading import look_for_puppets as look

    return len(look())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="lapse_referrals", retry=3)
def lapse_referrals(timestamp: int) -> int:
    """Each minute: reports that a channel's moderators did not act on in time. Safe to run again."""
    from steelyard.flows.referrals import lapse_referrals as lapse

    return lapse()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="look_at_watched_lists", retry=3)
def look_at_watched_lists(timestamp: int) -> int:
    """Lists of others' bans that the operator watches. Safe to run again."""
    from steelyard.flows.watched_lists import look_at_watched_lists as look

    return look()


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="publish_yesterday", retry=10)
def publish_yesterday(timestamp: int) -> str:
    """At 00:05 UTC: publish the day that has just ended, and correct earlier ones. Safe to run again."""
    from steelyard.flows.publish_day import correct_disclosed, publish_day

    correct_disclosed()
    return publish_day(now().date() - timedelta(days=1)).digest


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="expire_orders", retry=3)
def expire_orders(timestamp: int) -> int:
    """Orders whose last day has passed are over. Safe to run again."""
    from steelyard.flows.move_order import expire_orders as expire

    return expire()


@app.periodic(cron="15 0 * * *")
@app.task(queueing_lock="end_due_secrecy", retry=3)
def end_due_secrecy(timestamp: int) -> int:
    """The day after the last day of a secrecy: what happened may be told. Safe to run again."""
    from steelyard.flows.secrecy import end_due_secrecy as end

    return end()


@app.periodic(cron="*/30 * * * *")
@app.task(queueing_lock="leave_the_register", retry=3)
def leave_the_register(timestamp: int) -> int:
    """Members who wished to be off the protected register, and whose time has come. Safe to run again."""
    from steelyard.orders.guarded import take_off_due

    return take_off_due()


@app.periodic(cron="25 0 * * *")
@app.task(queueing_lock="tell_refusals", retry=3)
def tell_refusals(timestamp: int) -> int:
    """Refusals whose delay has passed join the public ledger; what came before is filed. Safe to run again."""
    from steelyard.flows.tell_refusals import tell_refusals as tell
    from steelyard.orders.filing import file_missing

    file_missing()
    return tell()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="publish_where_to_send", retry=3)
def publish_where_to_send(timestamp: int) -> bool:
    """Each minute: sign and keep the directory of contact points when it has changed."""
    from steelyard.flows.where_to_send import publish_directory

    return publish_directory() is not None


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="expire_packages", retry=3)
def expire_packages(timestamp: int) -> int:
    """Sealed packages whose time is over: their content is destroyed. Safe to run again."""
    from steelyard.disclosure.actions import expire_packages as expire

    return expire()


@app.periodic(cron="20 0 * * *")
@app.task(queueing_lock="tell_whom_we_delayed", retry=3)
def tell_whom_we_delayed(timestamp: int) -> int:
    """Authors who were not told because of a suspected crime are told when the day has come. Safe to run again."""
    from steelyard.flows.report_suspicion import tell_whom_we_delayed as tell

    return tell()


@app.periodic(cron="35 1 * * *")
@app.task(queueing_lock="erase_put_away", retry=3)
def erase_put_away(timestamp: int) -> int:
    """Each night: abuse imagery that the operator's law has had kept long enough. Safe to run again."""
    from steelyard.flows.erase_put_away import erase_put_away as erase

    return erase()


@app.periodic(cron="45 1 * * *")
@app.task(queueing_lock="erase_files", retry=3)
def erase_files(timestamp: int) -> int:
    """Each night: files of removed posts that nobody can ask for any more. Safe to run again."""
    from steelyard.flows.erase_files import erase_files as erase

    return erase()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="end_misuse", retry=3)
def end_misuse(timestamp: int) -> int:
    """Suspensions whose period is over end, and what was kept meanwhile is taken up. Safe to run again."""
    from steelyard.flows.lift import end_what_is_over
    from steelyard.flows.misuse import end_due, take_up_held

    return end_due() + take_up_held() + end_what_is_over()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="ring_for_matters", retry=3)
def ring_for_matters(timestamp: int) -> int:
    """Matters of the register whose time has come to a step: the person on call is rung. Safe to run again."""
    from steelyard.markets.matters import ring_due

    return ring_due()


@app.periodic(cron="40 * * * *")
@app.task(queueing_lock="play_drill")
def play_drill(timestamp: int) -> int:
    """Each hour: whether the hour of this month's drill has come. Returns how many emergencies it played."""
    from steelyard.flows.emergency import drill_now

    return drill_now()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="follow_removals", retry=3)
def follow_removals(timestamp: int) -> int:
    """Each minute: other people's servers that had not acknowledged a removal. Safe to run again."""
    from steelyard.flows.deliver import follow_removals as follow

    return follow()
