// All that a page says, shown or read out.
() => {
  const names = ["title", "aria-label", "placeholder"];
  const told = [...document.querySelectorAll("[title],[aria-label],[placeholder]")];
  return document.body.innerText + told.flatMap((element) => names.map((name) => ` ${element.getAttribute(name) ?? ""}`)).join("");
};
