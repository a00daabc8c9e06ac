// The one thing of signing in that needs a script: asking the browser for a passkey.
// A form with an element [data-passkey="create" or "get"] is completed by the passkey's answer, then sent.
(function () {
  "use strict";

  function bytes(text) {
    var padded = text.replace(/-/g, "+").replace(/_/g, "/");
    var raw = atob(padded), found = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
    return found.buffer;
  }

  function text(buffer) {
    if (!buffer) return null;
    var raw = "", view = new Uint8Array(buffer);
    for (var i = 0; i < view.length; i++) raw += String.fromCharCode(view[i]);
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function listed(credentials) {
    return (credentials || []).map(function (each) {
      return Object.assign({}, each, { id: bytes(each.id) });
    });
  }

  function asked(ceremony, options) {
    var found = Object.assign({}, options.publicKey, { challenge: bytes(options.publicKey.challenge) });
    if (ceremony === "create") {
      found.user = Object.assign({}, found.user, { id: bytes(found.user.id) });
      found.excludeCredentials = listed(found.excludeCredentials);
      return navigator.credentials.create({ publicKey: found });
    }
    found.allowCredentials = listed(found.allowCredentials);
    return navigator.credentials.get({ publicKey: found });
  }

  function answered(credential) {
    var from = credential.response, response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) {
      response.attestationObject = text(from.attestationObject);
    } else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      response.userHandle = text(from.userHandle);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  document.querySelectorAll("[data-passkey]").forEach(function (part) {
    var form = part.closest("form"), says = part.querySelector("[role=status]");
    var answer = part.querySelector("[name=credential]");
    if (!window.PublicKeyCredential) { says.textContent = part.dataset.unable; return; }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      says.textContent = part.dataset.busy;
      asked(part.dataset.passkey, JSON.parse(part.dataset.options)).then(function (credential) {
        answer.value = answered(credential);
        HTMLFormElement.prototype.submit.call(form);
      }).catch(function (fault) {
        var known = fault.name === "InvalidStateError", unable = fault.name === "SecurityError";
        says.textContent = known ? part.dataset.known : unable ? part.dataset.unable : part.dataset.cancelled;
      });
    });
  });

  var token = document.querySelector("[data-from-fragment]");
  if (token && location.hash.length > 1) {
    token.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }
})();
