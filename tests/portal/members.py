"""The platform in memory, with people who take part in it."""

from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import Author, Mark, MemberSession, NotAccepted, ReadPost
from tests.platform import AT, MemoryPlatform


class PlatformWithMembers(MemoryPlatform):
    """Keeps the connector's contract for members: accounts, reading, writing, reporting."""

    def __init__(self):
        super().__init__()
        self.passwords = {}
        self.reports = []
        self.refuses = ""

    def register_member(self, name, display_name, password):
        if name in self.passwords:
            raise Refused("This name is taken.", do="Choose another.")
        self.passwords[name] = password
        return MemberSession(account=f"@{name}:home", token=f"secret of {name}", device="web")

    def sign_in_member(self, name, password):
        if self.down:
            raise Unreachable("The platform does not answer.")
        if self.passwords.get(name) != password:
            raise Refused("This name and password do not belong together.")
        if banned := self.marks.get(f"@{name}:home", {}).get(Mark.BANNED):
            raise NotAccepted("This was not accepted.", banned["reason"], banned["appeal"])
        return MemberSession(account=f"@{name}:home", token=f"secret of {name}", device="web")

    def as_member(self, session):
        return _Member(self, session)


class _Member:
    def __init__(self, platform, session):
        self.platform, self.session = platform, session

    def read_channel(self, channel, *, limit=50):
        gone = self.platform.hidden | self.platform.removed
        return tuple(
            ReadPost(id=post.id, author=Author(post.author, ""), text=post.text, at=post.at,
                     mine=post.author == self.session.account)
            for post in self.platform.posts.values() if post.id not in gone
        )  # fmt: skip

    def post(self, channel, text, *, key):
        if self.platform.refuses:
            raise NotAccepted("This was not accepted.", self.platform.refuses, "http://localhost/en/d/x")
        return self.platform.publish(f"${key}", text, author=self.session.account).id

    def report(self, channel, item, reason, *, harm=""):
        self.platform.reports.append((self.session.account, item, reason, harm))

    def notices(self, *, limit=20):
        return tuple(
            ReadPost(id=str(at), author=Author("@notices:home", "Operator"), text=text, at=AT, mine=False)
            for at, (account, text) in enumerate(self.platform.letters) if account == self.session.account
        )  # fmt: skip
