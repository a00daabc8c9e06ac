"""The staff's addresses. No language in them: each member has one."""

from django.urls import path, re_path

from steelyard.console.access import staff
from steelyard.console.views import account, approvals, enrol, home, members, sign_in

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("second-factor", sign_in.second_factor, name="second_factor"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("enrol", enrol.enrol, name="enrol"),
    path("account", account.account, name="account"),
    path("account/sign-ins/<str:ref>/end", account.end, name="end_sign_in"),
    path("members", members.members, name="members"),
    path("members/<str:ref>", members.member, name="member"),
    path("members/<str:ref>/give", members.give, name="give_role"),
    path("members/<str:ref>/take/<str:role>", members.take, name="take_role"),
    path("members/<str:ref>/suspend", members.suspend, name="suspend"),
    path("members/<str:ref>/readmit", members.readmit, name="readmit"),
    path("roles", members.roles, name="roles"),
    path("approvals", approvals.approvals, name="approvals"),
    path("approvals/<str:ref>", approvals.approval, name="approval"),
    re_path(r"^(?P<rest>.*)$", staff(None)(sign_in.absent)),
]
