package pooling

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/plots"
)

// The arms of the experiment of section 5.5.
const (
	noPooling   = "no pooling"
	meanPooling = "mean 2×2, stride 2"
	maxPooling  = "max 2×2, stride 2"
	overlapping = "max 3×3, stride 2"
	largeApart  = "max 3×3, stride 3"
)

// overlapExperiment trains network (2) of section 5.23, with ReLU, and changes its
// pooling only. Few pictures and twelve passes over them leave no mistakes on them,
// so that what the arms differ in is how much of it carries over to other pictures.
//
// Windows of 3 get one more at the end (Ceil), so that all three poolings make
// 12×12 of 24×24 and the networks have the same number of parameters, as in
// A. Krizhevsky et al. 2012, §3.4. The last arm has windows of 3 as well, but side by
// side (8×8 of 24×24): it tells larger windows from overlapping ones.
func overlapExperiment() chapters.Experiment {
	arm := func(name string, pool ...cnnlib.Layer) chapters.Arm {
		net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 20, Kernel: 5, Activation: cnnlib.ReLU}}
		net = append(net, pool...)
		net = append(net, cnnlib.Flatten{}, cnnlib.Dense{Units: 100, Activation: cnnlib.ReLU}, cnnlib.Dense{Units: 10})
		return chapters.Classify(name, net, chapters.MNIST(5000, 0),
			train.Options{Epochs: 12, Batch: 50, Rate: train.Constant(0.05), Optimizer: train.SGD{Momentum: 0.9}}, lossesAfter)
	}
	return chapters.Experiment{
		ID:         overlapID,
		Question:   "On few pictures, does pooling overfit less than none, and overlapping pooling less than pooling without overlap?",
		QuestionZH: "训练图像较少时，池化是否比不池化更不易过拟合？重叠池化是否比非重叠池化更不易过拟合？",
		Seeds:      5,
		Arms: []chapters.Arm{
			arm(noPooling),
			arm(meanPooling, cnnlib.AvgPool2D{Window: 2}),
			arm(maxPooling, cnnlib.MaxPool2D{Window: 2}),
			arm(overlapping, cnnlib.MaxPool2D{Window: 3, Stride: 2, Ceil: true}),
			arm(largeApart, cnnlib.MaxPool2D{Window: 3}),
		},
	}
}

const overlapID = "05_05_overlap"

// lossesAfter measures the loss of the finished network on the pictures it was
// trained on and on the test pictures: where all training pictures are recognised,
// it still tells how sure the network is of what it does not know.
func lossesAfter(m *train.Model, training, _, test *data.Images) (map[string]float64, error) {
	seen, err := m.Evaluate(training)
	if err != nil {
		return nil, err
	}
	unseen, err := m.Evaluate(test)
	return map[string]float64{"loss on training pictures": seen.Loss, "loss on test pictures": unseen.Loss}, err
}

// gaps returns, for each seed of an arm, how many percentage points fewer of the
// test pictures than of the training pictures are recognised: the overfitting.
func gaps(m *chapters.Measured, arm string) ([]float64, error) {
	seen, err := m.Values(arm, "train accuracy")
	if err != nil {
		return nil, err
	}
	unseen, err := m.Values(arm, "test accuracy")
	if err != nil {
		return nil, err
	}
	for i := range seen {
		seen[i] = 100 * (seen[i] - unseen[i])
	}
	return seen, nil
}

// gained is how much smaller the gap of one arm is than that of another, in
// percentage points: mean over the seeds and half the 95 % interval of Student's t.
// Both arms start from the same seeds, which fix the order of the pictures and the
// first weights, so that the differences are taken seed by seed.
func gained(m *chapters.Measured, arm, than string) (mean, half float64, err error) {
	a, err := gaps(m, arm)
	if err != nil {
		return 0, 0, err
	}
	b, err := gaps(m, than)
	if err != nil {
		return 0, 0, err
	}
	if len(a) != len(b) || len(a) < 2 {
		return 0, 0, fmt.Errorf("pooling: %d trials of %q and %d of %q: want the same number, at least 2", len(a), arm, len(b), than)
	}
	for i := range b {
		b[i] -= a[i]
	}
	mean, sd := stat.MeanStdDev(b, nil)
	n := float64(len(b))
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975)
	return mean, t * sd / math.Sqrt(n), nil
}

// checkGained says whether the first arm overfits less than the second: the
// statement holds where the whole interval is above 0, differs where it is below
// and is unclear where it holds 0.
func checkGained(arm, than string) func(chapters.Check) chapters.Finding {
	return func(chapters.Check) chapters.Finding {
		m := chapters.Must(Measured(overlapID))
		mean, half := chapters.Must2(gained(m, arm, than))
		_, _, n := chapters.Must3(m.Mean(arm, "test accuracy"))
		f := chapters.Finding{Value: fmt.Sprintf("%s against %s: the gap between training and test accuracy is smaller by %.2f ± %.2f percentage points (95 %%, %d seeds)", arm, than, mean, half, n)}
		switch {
		case mean-half > 0:
			f.Verdict = chapters.Holds
		case mean+half < 0:
			f.Verdict = chapters.Differs
		default:
			f.Verdict = chapters.Unclear
		}
		return f
	}
}

func overlapFigures() []chapters.Figure {
	return []chapters.Figure{{
		ID: "05_05_overlap", Picture: overlapFigure,
		Caption:   "Five trainings of each network on 5,000 digits, all of which every network then recognises; the names give sizeX and stride. Above: mistakes on 10,000 other digits; below: the loss on them. Error bars: standard deviation over the seeds.",
		CaptionZH: "每种网络用 5,000 幅数字图像各训练五次，训练结束时训练图像全部识别正确；名称中的两个数为 sizeX 和 stride。上：在另外 10,000 幅图像上的错误率；下：在这些图像上的损失。误差线为不同随机种子间的标准差。",
	}}
}

func overlapFigure(compute.Backend) *plots.Picture {
	m := chapters.Must(Measured(overlapID))
	errors := plots.Bars{Title: "Test error in %", Label: "mistakes in % of 10,000 test pictures", Decimals: 2}
	losses := plots.Bars{Title: "Loss on the test pictures", Label: "mean of −log of the probability of the right digit", Decimals: 3}
	finding := "Test error:"
	for _, arm := range overlapExperiment().Arms {
		// sizeX and stride alone, as the caption says: "max 3, 2".
		name := strings.NewReplacer("2×2, stride", "2,", "3×3, stride", "3,").Replace(arm.Name)
		mean, sd, _ := chapters.Must3(m.Mean(arm.Name, "train accuracy"))
		if mean < 1 {
			panic(chapters.Failure(fmt.Errorf("pooling: %s with %s recognises %.2f %% of its training pictures, and the caption says all: write a new caption", overlapID, arm.Name, 100*mean)))
		}
		mean, sd, _ = chapters.Must3(m.Mean(arm.Name, "test accuracy"))
		errors.Bars = append(errors.Bars, plots.Bar{Name: name, Value: 100 * (1 - mean), Err: 100 * sd})
		finding += fmt.Sprintf(" %.2f ± %.2f %% with %s;", 100*(1-mean), 100*sd, arm.Name)
		mean, sd, _ = chapters.Must3(m.Mean(arm.Name, "loss on test pictures"))
		losses.Bars = append(losses.Bars, plots.Bar{Name: name, Value: mean, Err: sd})
	}
	gain, half := chapters.Must2(gained(m, overlapping, maxPooling))
	apart, halfApart := chapters.Must2(gained(m, overlapping, largeApart))
	return plots.Below(errors.Picture(), losses.Picture()).Finding("%s overlapping windows of 3 save %.2f ± %.2f points against windows of 2, and %.2f ± %.2f against windows of 3 side by side (95 %%).", finding, gain, half, apart, halfApart)
}
