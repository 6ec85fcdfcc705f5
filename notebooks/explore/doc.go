// Package explore puts sliders above a figure: the reader moves kernel, stride or
// padding and sees at once what becomes of the picture.
//
//	explore.Show(func(v explore.Values) (plots.Figure, error) {
//		o := ref.Options{Stride: v.Get("stride")}
//		return plots.Steps{Input: image, Kernel: kernel, Options: o}.Picture(), nil
//	}, explore.Slider{Name: "stride", NameZH: "步长", Min: 1, Max: 3, Value: 1})
//
// # How it works
//
// The cell draws the figure at every setting of the sliders, packs all drawings into
// its output, and ends. A script in the output, which needs no other file, shows the
// drawing of the setting that the sliders stand at. So a slider cell takes part in
// Run All like any other; its sliders go on working when the kernel has stopped, in
// the saved notebook, in the HTML page that `notebooks run` writes, and without a network.
//
// GoNB has widgets of its own (gonbui/widgets), whose values travel to the cell's
// program. Tried in JupyterLab 4.6 with GoNB 0.11.5 they answer a move within 10 ms, and
// were not taken for what they cost the reader:
//
//   - The program must run as long as its sliders are to move, and GoNB runs one cell at
//     a time: a cell that listened for 25 s kept the next one waiting for 26 s. Run All
//     would stop at the first slider.
//   - Their output is transient (gonbui/dom): the saved notebook, the exported page and
//     the executed copy hold nothing of it, and sliders of an ended cell are dead.
//   - Without a page that answers, as in `notebooks run`, building a widget never ends.
//
// Where a page runs no scripts, because JupyterLab does not trust a notebook that came
// from elsewhere or because the page is printed, the output is static: the figure at the
// sliders' first values, and below it, folded away, what each slider alone would change.
package explore
