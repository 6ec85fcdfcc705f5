(async () => {
	// The script of an output runs when the output is put into the page.
	const root = document.currentScript?.closest(".cnnbook-explore") ?? document.querySelector(".cnnbook-explore:not([data-live])");
	if (!root || root.dataset.live || !globalThis.DecompressionStream) return; // an old browser keeps the static figures
	root.dataset.live = "true";
	const packed = Uint8Array.from(atob("DATA"), c => c.charCodeAt(0));
	const page = JSON.parse(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text());

	const make = (tag, style, text) => {
		const e = document.createElement(tag);
		e.style.cssText = style;
		if (text !== undefined) e.textContent = text;
		return e;
	};
	const figure = root.querySelector(".cnnbook-explore-figure");
	root.querySelector(".cnnbook-explore-static")?.remove();
	const controls = make("div", "display:flex;flex-wrap:wrap;gap:.3em 2em;margin:.3em 0 .8em");
	const inputs = page.sliders.map(s => {
		const label = make("label", "display:flex;flex:1 1 15em;max-width:24em;align-items:center;gap:.6em");
		const input = make("input", "flex:1;min-width:6em;margin:0;accent-color:var(--jp-brand-color1,#1976d2)");
		// As wide as its longest word: the slider must not change its length under the hand.
		const wide = Math.max(2, ...s.words.map(w => w.length));
		const value = make("output", `min-width:${wide + 1}ch;text-align:right;font-variant-numeric:tabular-nums;font-weight:bold;white-space:nowrap`);
		Object.assign(input, {type: "range", min: 0, max: s.words.length - 1, step: 1, value: s.first});
		// JupyterLab's shortcuts use the arrow keys too. Their selector fits the focused element, so that
		// the attribute must stand on it and not further up.
		input.setAttribute("data-lm-suppress-shortcuts", "true");
		input.setAttribute("aria-label", s.name + (s.zh ? " " + s.zh : ""));
		const told = () => {
			value.textContent = s.words[input.value];
			input.setAttribute("aria-valuetext", s.words[input.value]);
		};
		input.addEventListener("input", () => { told(); show(); });
		told();
		label.append(make("span", "min-width:6em", s.name + (s.zh ? " " + s.zh : "")), input, value);
		controls.append(label);
		return input;
	});
	// What a screen reader says after a move; everybody else sees the figure.
	const said = make("div", "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)");
	said.setAttribute("role", "status");

	const show = () => {
		const n = inputs.reduce((n, input, i) => n * page.sliders[i].words.length + Number(input.value), 0);
		const f = page.frames[page.at[n]];
		// What stands below the output must not jump with every move.
		figure.style.minHeight = Math.max(parseFloat(figure.style.minHeight) || 0, figure.offsetHeight) + "px";
		const element = make("figure", "margin:0");
		if (f.error) {
			element.append(make("p", "margin:0;padding:.6em;border-left:4px solid var(--jp-warn-color1,#f57c00)", f.error));
		} else if (f.html) {
			element.innerHTML = f.html;
		} else {
			const img = make("img", "max-width:100%;height:auto");
			img.decoding = "sync";
			img.alt = f.alt;
			img.width = f.width;
			img.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(f.svg);
			element.append(img);
		}
		if (f.caption) element.append(make("figcaption", "", f.caption));
		figure.replaceChildren(element);
		said.textContent = f.error ?? f.alt ?? "";
	};
	root.prepend(controls, said);
})();
