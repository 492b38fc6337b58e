"use strict";
(() => {
  const origins = JSON.parse(document.getElementById("origins").textContent);
  const card = document.getElementById("card");
  let shown = null, pinned = false, timer = 0;

  const line = (name, value, isCode) => {
    if (!value) return;
    const term = document.createElement("dt"), what = document.createElement("dd");
    term.textContent = name;
    const holder = isCode ? what.appendChild(document.createElement("code")) : what;
    holder.textContent = value;
    card.firstChild.append(term, what);
  };

  const place = (link) => {
    const box = link.getBoundingClientRect(), room = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(box.left, room - card.offsetWidth - 8));
    const below = box.bottom + 6, above = box.top - card.offsetHeight - 6;
    const top = below + card.offsetHeight > window.innerHeight && above > 0 ? above : below;
    card.style.left = `${left + window.scrollX}px`;
    card.style.top = `${top + window.scrollY}px`;
  };

  const show = (link) => {
    clearTimeout(timer);
    const claim = origins.claims[link.dataset.claim];
    if (!claim || shown === link) return;
    hide();
    const file = origins.files[claim.file];
    card.replaceChildren(document.createElement("dl"));
    line("claim", link.dataset.claim);
    line("stated as", claim.text);
    line("n", claim.n);
    line("method", claim.method);
    line("grade", file.grade || "promised, not a result");
    line("file", file.origin, true);
    line("place", claim.pointer, true);
    line("SHA-256", file.sha256, true);
    line("stage", file.stage);
    line("again by", file.command, true);
    card.hidden = false;
    link.setAttribute("aria-describedby", "card");
    shown = link;
    place(link);
  };

  const hide = () => {
    if (shown) shown.removeAttribute("aria-describedby");
    shown = null;
    pinned = false;
    card.hidden = true;
  };

  const later = () => { if (!pinned) timer = setTimeout(hide, 180); };

  for (const link of document.querySelectorAll("a[data-claim]")) {
    link.addEventListener("pointerenter", (e) => { if (e.pointerType === "mouse" && !pinned) show(link); });
    link.addEventListener("pointerleave", (e) => { if (e.pointerType === "mouse") later(); });
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", later);
    link.addEventListener("click", (e) => {
      e.preventDefault();
      if (pinned && shown === link) { hide(); return; }
      show(link);
      pinned = true;
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", later);
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });
  document.addEventListener("pointerdown", (e) => {
    if (shown && !card.contains(e.target) && !e.target.closest("a[data-claim]")) hide();
  });
  const contents = document.querySelector("nav.contents details");
  if (contents && window.matchMedia("(max-width: 62rem)").matches) contents.open = false;
})();
