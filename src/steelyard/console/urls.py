"""The staff's addresses. No language in them: each member has one."""

from django.urls import path, re_path

from steelyard.console.access import staff
from steelyard.console.views import (
    account,
    approvals,
    cases,
    days,
    decisions,
    enrol,
    home,
    measures,
    members,
    orders,
    sign_in,
)

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("second-factor", sign_in.second_factor, name="second_factor"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("enrol", enrol.enrol, name="enrol"),
    path("cases", cases.cases, name="cases"),
    path("cases/<str:ref>", cases.case, name="case"),
    path("cases/<str:ref>/claim", cases.claim, name="claim"),
    path("cases/<str:ref>/release", cases.release, name="release"),
    path("cases/<str:ref>/decide", cases.decide, name="decide"),
    path("cases/<str:ref>/countersign/<str:decision>", decisions.countersign, name="countersign"),
    path("cases/<str:ref>/complaint/<str:complaint>", decisions.complaint, name="complaint"),
    path("orders", orders.orders, name="orders"),
    path("orders/<str:ref>", orders.order, name="order"),
    path("orders/<str:ref>/confirm", orders.confirm, name="confirm_law"),
    path("orders/<str:ref>/answer.<str:kind>", orders.answer, name="order_answer"),
    path("orders/<str:ref>/<str:step>", orders.step, name="order_step"),
    path("decisions", decisions.decisions, name="decisions"),
    path("decisions/<str:ref>", decisions.decision, name="decision"),
    path("decisions/<str:ref>/case", decisions.case_of, name="case_of"),
    path("decisions/<str:ref>/undo", decisions.undo, name="undo"),
    path("measures", measures.measures, name="measures"),
    path("measures/<str:ref>/retry", measures.retry, name="retry_measure"),
    path("letters/<str:ref>/retry", measures.retry_sending, name="retry_letter"),
    path("days", days.days, name="days"),
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
