// "Ảnh" under a chart: its card's drawing, with title and source, as a PNG the browser saves. Nothing leaves the machine.
(() => {
  "use strict";

  const SCALE = 2;
  const PAD = 16;
  const COPIED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "fill-opacity", "font-family", "font-size", "font-weight", "text-anchor", "visibility", "display"];
  const FONTS = ["latin", "vietnamese"].map((subset) => `/fonts/be-vietnam-pro-${subset}-400-normal.woff2`);

  const asDataUrl = (blob) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });

  // A picture sees neither the page's styles nor its fonts: both go into it.
  const fontRules = async () => {
    const faces = await Promise.all(
      FONTS.map(async (address) => {
        const answer = await fetch(address);
        return answer.ok ? `@font-face{font-family:"Be Vietnam Pro";src:url(${await asDataUrl(await answer.blob())}) format("woff2")}` : "";
      }),
    );
    return faces.join("");
  };

  const standalone = (svg, width, height, fonts) => {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")];
    const to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((element, index) => {
      const style = getComputedStyle(element);
      for (const name of COPIED) to[index].style.setProperty(name, style.getPropertyValue(name));
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = fonts;
    copy.prepend(style);
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml;charset=utf-8" });
  };

  const loaded = async (blob) => {
    const image = new Image();
    image.src = await asDataUrl(blob);
    await image.decode();
    return image;
  };

  const wrapped = (pen, text, width) => {
    const lines = [];
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && pen.measureText(longer).width > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return line ? [...lines, line] : lines;
  };

  // The legend beside a chart: its words, and a box for each of its colours.
  const drawLegend = (pen, legend, left, top) => {
    const walk = document.createTreeWalker(legend, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let x = left;
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node.nodeName === "I") {
        pen.fillStyle = getComputedStyle(node).backgroundColor;
        pen.fillRect(x, top + 2, 12, 9);
        x += legend.classList.contains("map-legend") ? 12 : 17;
      } else if (node.nodeType === Node.TEXT_NODE && node.textContent.trim()) {
        pen.fillStyle = getComputedStyle(legend).color;
        const gap = legend.classList.contains("map-legend") ? 6 : 0;
        pen.fillText(node.textContent, x + gap, top);
        const last = node.parentNode !== legend && !node.nextSibling;
        x += gap + pen.measureText(node.textContent).width + (gap || (last ? 14 : 0));
      }
    }
  };

  const save = async (card) => {
    const drawings = [...card.querySelectorAll(".main-svg, figure svg")].filter((svg) => svg.getBoundingClientRect().width > 1);
    if (!drawings.length) return;
    const box = drawings[0].getBoundingClientRect();
    const fonts = await fontRules();
    const images = await Promise.all(drawings.map((svg) => loaded(standalone(svg, box.width, box.height, fonts))));
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const titleFont = '600 15px "Be Vietnam Pro", sans-serif';
    const footFont = '400 11px "Be Vietnam Pro", sans-serif';
    pen.font = titleFont;
    const title = wrapped(pen, card.querySelector("h2")?.textContent.trim() ?? "", box.width);
    pen.font = footFont;
    const foot = wrapped(pen, card.querySelector(".card-foot > span")?.textContent.trim() ?? "", box.width);
    canvas.width = (box.width + 2 * PAD) * SCALE;
    const legend = card.querySelector(".legend");
    const legendHeight = legend ? 22 : 0;
    canvas.height = (2 * PAD + title.length * 22 + legendHeight + box.height + foot.length * 16 + 8) * SCALE;
    const colours = getComputedStyle(card);
    pen.scale(SCALE, SCALE);
    pen.fillStyle = colours.backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = colours.color;
    pen.textBaseline = "top";
    pen.font = titleFont;
    let top = PAD;
    for (const line of title) {
      pen.fillText(line, PAD, top);
      top += 22;
    }
    if (legend) {
      pen.font = footFont;
      drawLegend(pen, legend, PAD, top + 2);
      top += legendHeight;
    }
    for (const image of images) pen.drawImage(image, PAD, top, box.width, box.height);
    top += box.height + 8;
    pen.font = footFont;
    pen.fillStyle = colours.color;
    for (const line of foot) {
      pen.fillText(line, PAD, top);
      top += 16;
    }
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const saving = document.createElement("a");
    saving.href = URL.createObjectURL(blob);
    saving.download = `${(title.join(" ") || "bieu-do").replace(/[\\/:*?"<>|]+/g, "-").slice(0, 80)}.png`;
    saving.click();
    setTimeout(() => URL.revokeObjectURL(saving.href), 10000);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-picture]");
    const card = button?.closest(".card");
    if (!card || button.disabled) return;
    button.disabled = true;
    save(card).finally(() => (button.disabled = false));
  });
})();
