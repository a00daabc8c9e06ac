"""A Synapse whose private interface has changed: the event cache is no longer dropped when asked to be."""


class ForgetfulCache:
    def __init__(self, config, api):
        api._store.invalidate_get_event_cache_after_txn = lambda txn, event_id: None

    @staticmethod
    def parse_config(config):
        return config


class OtherSignatures:
    """A Synapse that has come to want another kind of signature of a policy server."""

    def __init__(self, config, api):
        async def refuses(event, server, key):
            return False

        api._hs.get_room_policy_handler()._verify_policy_server_signature = refuses

    @staticmethod
    def parse_config(config):
        return config
