// Controls that can be seen and have no name.
() => {
  const controls = document.querySelectorAll("a[href],button,input,select,textarea,summary,[role=button],[role=option]");
  const labelled = (element) =>
    element.getAttribute("aria-label") ||
    element.title ||
    element.textContent?.trim() ||
    [...(element.labels ?? [])].some((label) => label.textContent.trim()) ||
    document.getElementById(element.getAttribute("aria-labelledby") ?? "");
  return [...controls]
    .filter((element) => element.checkVisibility() && element.type !== "hidden" && !element.closest("[aria-hidden=true]"))
    .filter((element) => !labelled(element))
    .map((element) => element.outerHTML.slice(0, 160));
};
