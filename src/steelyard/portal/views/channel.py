"""Take part: the public channel as its members see it. An ordinary member reads, writes and reports here."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing, Refused, Unreachable
from steelyard.base.identifiers import new_ref
from steelyard.enforcement.connector import (
    Connector,
    MemberSession,
    Membership,
    NotAccepted,
    Operation,
    Places,
    connector,
    connectors,
)
from steelyard.portal.bounds import address_of, too_many
from steelyard.portal.forms import blame, too_much
from steelyard.portal.forms.channel import JoinForm, PostForm, ReportForm, SignInForm
from steelyard.portal.signing_in import remember, sign_out, signed_in

View = Callable[..., HttpResponse]


def platform() -> Connector:
    """The attached platform that members use through this page: the first one."""
    if not connectors():
        raise NoSuchThing("No platform is attached.")
    return connector(connectors()[0])


def open_to(request: HttpRequest) -> None:
    """Raise Refused for a newcomer from a country that the service has left, where the platform can tell."""
    there = platform()
    if (
        isinstance(there, Places)
        and there.manifest.offers(Operation.CLOSE_REGISTRATION)
        and there.refuses_newcomer(address_of(request))
    ):
        raise Refused(
            _("No new accounts are opened from your country."),
            _("The service has left it, and says so in public."),
            _("Whoever has an account can go on using it and take everything along."),
        )


def full(alias: str) -> str:
    """The channel's name on the platform: `town` -> `#town:server`."""
    name = alias if alias[:1] in "#!" else f"#{alias}"
    return name if ":" in name else f"{name}:{config().matrix.server_name}"


def members_only(view: View) -> View:
    """With the member's session and their place in the channel; others are shown the way in."""

    @wraps(view)
    def inner(request: HttpRequest, alias: str, **more: str) -> HttpResponse:
        session = signed_in(request)
        if session is None:
            return redirect("portal:channel", alias)
        return view(request, alias, session, platform().as_member(session), **more)

    return inner


def sent_from_the_channel(view: View) -> View:
    """A form's own address. Opened without a form (reloaded, in another language) it shows the channel."""

    @wraps(view)
    def inner(request: HttpRequest, alias: str) -> HttpResponse:
        return view(request, alias) if request.method == "POST" else redirect("portal:channel", alias)

    return inner


@csrf_exempt  # its cookie is SameSite=Strict, and assembly.security refuses posts from other sites
@require_http_methods(["GET", "HEAD"])
def channel(request: HttpRequest, alias: str) -> HttpResponse:
    session = signed_in(request)
    if session is None:
        forms = {"join": JoinForm(prefix="join"), "sign_in": SignInForm(prefix="in")}
        return render(request, "portal/join.html", {"alias": alias, **forms})
    return _channel(request, alias, session, PostForm())


@csrf_exempt
@sent_from_the_channel
def join(request: HttpRequest, alias: str) -> HttpResponse:
    """Open an account on the platform, or sign in with one."""
    new = "join" in request.POST
    forms = {
        "join": JoinForm(request.POST if new else None, prefix="join"),
        "sign_in": SignInForm(None if new else request.POST, prefix="in"),
    }
    form, refusal = forms["join" if new else "sign_in"], None
    if form.is_valid() and too_many(request):
        too_much(form)
    if form.is_valid():
        try:
            response = redirect("portal:channel", alias)
            if new:
                open_to(request)
            remember(response, _enter(new, form.cleaned_data["name"], form.cleaned_data["password"]))
            return response
        except NotAccepted as no:
            refusal = no
        except (Refused, Unreachable) as fault:
            blame(form, fault)
    return render(request, "portal/join.html", {"alias": alias, "refusal": refusal, **forms}, status=422)


def _enter(new: bool, name: str, password: str) -> MemberSession:
    if new:
        return platform().register_member(name, name, password)
    return platform().sign_in_member(name, password)


@csrf_exempt
@sent_from_the_channel
@members_only
def write(request: HttpRequest, alias: str, session: MemberSession, member: Membership) -> HttpResponse:
    form = PostForm(request.POST)
    if not form.is_valid():
        return _channel(request, alias, session, form, status=422)
    try:
        member.post(full(alias), form.cleaned_data["text"], key=request.POST.get("key") or new_ref())
    except NotAccepted as refusal:
        return _channel(request, alias, session, form, status=422, refusal=refusal)
    except (Refused, Unreachable) as fault:
        blame(form, fault)
        return _channel(request, alias, session, form, status=422)
    return redirect("portal:channel", alias)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def report(request: HttpRequest, alias: str, session: MemberSession, member: Membership) -> HttpResponse:
    item = request.GET.get("post", "") or request.POST.get("post", "")
    post = next((one for one in member.read_channel(full(alias)) if one.id == item), None)
    if post is None:
        raise NoSuchThing("This post is not there any more.")
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        member.report(full(alias), item, said["reason"], harm=said["harm"])
        return render(request, "portal/reported.html", {"alias": alias})
    page = {"form": form, "alias": alias, "post": post, "me": session}
    return render(request, "portal/report.html", page, status=422 if form.is_bound else 200)


@csrf_exempt
@sent_from_the_channel
def leave(request: HttpRequest, alias: str) -> HttpResponse:
    response = redirect("portal:channel", alias)
    sign_out(request, response)
    return response


def _channel(
    request: HttpRequest,
    alias: str,
    session: MemberSession,
    form: PostForm,
    *,
    status: int = 200,
    refusal: NotAccepted | None = None,
) -> HttpResponse:
    member = platform().as_member(session)
    page = {
        "alias": alias,
        "me": session,
        "posts": member.read_channel(full(alias)),
        "notices": list(reversed(member.notices())),
        "form": form,
        "key": new_ref(),
        "refusal": refusal,
    }
    return render(request, "portal/channel.html", page, status=status)
