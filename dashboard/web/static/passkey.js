// Passkeys (WebAuthn): a form that carries what to ask the device in data-options is sent with its
// answer. Where the browser has no passkeys, the form stays hidden and its note is shown.
"use strict";
const bytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

async function made(options) {
  const user = { ...options.user, id: bytes(options.user.id) };
  const publicKey = { ...options, user, challenge: bytes(options.challenge),
    excludeCredentials: named(options.excludeCredentials) };
  const { rawId, type, response } = await navigator.credentials.create({ publicKey });
  return { id: text(rawId), rawId: text(rawId), type, response: {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject) } };
}

async function shown(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge),
    allowCredentials: named(options.allowCredentials) };
  const { rawId, type, response } = await navigator.credentials.get({ publicKey });
  return { id: text(rawId), rawId: text(rawId), type, response: {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null } };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.isSecureContext || !window.PublicKeyCredential) continue;
  form.hidden = false;
  document.getElementById(form.dataset.note)?.setAttribute("hidden", "");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    try {
      const options = JSON.parse(form.dataset.options);
      const answer = await (form.dataset.passkey === "make" ? made(options) : shown(options));
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch { // nothing was chosen, or the device has none
      failed.hidden = false;
    }
  });
}
