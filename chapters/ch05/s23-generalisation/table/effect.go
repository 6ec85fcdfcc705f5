package table

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"cnnbook/cnnlib/train"
)

// Effect is what the idea of a row buys: how much better it is than the row that it
// changes, in percentage points. Trainings of both with the same seed are a pair; a vote
// makes one with the best of its own voters.
type Effect struct {
	Row     string  `json:"row"`
	Against string  `json:"against"`
	Pairs   int     `json:"pairs"`
	Points  float64 `json:"points"` // mean over the pairs
	// 95 %: how far other test pictures might move Points, and, from three pairs on, other
	// seeds (Student's t).
	Pictures Interval  `json:"pictures_interval"`
	Seeds    *Interval `json:"seeds_interval,omitempty"`
	// Visible is the least difference that one training each can show: below it, the 95 %
	// interval over pictures or that over seeds contains 0.
	Visible float64 `json:"visible_with_one_training"`
}

// pair holds the predictions of two networks for the same pictures.
type pair struct{ before, after []uint8 }

// right is 1 for a recognised picture, else 0.
func right(label, predicted uint8) float64 {
	if label == predicted {
		return 1
	}
	return 0
}

// effectOf computes an effect from its pairs, at least one. seedSD is the standard
// deviation of one training's accuracy over seeds in percentage points; 0 if unknown.
func effectOf(labels []uint8, pairs []pair, seedSD float64) Effect {
	gains := make([]float64, len(pairs))
	single := 0.0 // variance over pictures of one pair, mean of all
	ofPictures := make([]float64, len(labels))
	for k, p := range pairs {
		one := make([]float64, len(labels))
		for i, label := range labels {
			one[i] = right(label, p.after[i]) - right(label, p.before[i])
			ofPictures[i] += one[i] / float64(len(pairs))
		}
		gains[k] = 100 * stat.Mean(one, nil)
		_, half := overPictures(one)
		single += half * half / float64(len(pairs))
	}
	centre, half := overPictures(ofPictures)
	e := Effect{Pairs: len(pairs), Points: stat.Mean(gains, nil), Pictures: Interval{centre - half, centre + half}, Visible: math.Sqrt(single)}
	if len(gains) >= fewestSeeds {
		i := Student(gains)
		e.Seeds = &i
	}
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	e.Visible = max(e.Visible, z*seedSD*math.Sqrt2) // of two trainings, independent of each other
	return e
}

// overPictures returns the 95 % interval, in per cent, of the mean of differences of which
// each is of one picture and between −1 and 1: A. Agresti and Y. Min 2005, "Simple improved
// confidence intervals for comparing matched proportions", Statist. Med. 24, who add half a
// picture to each of the four cells, so that no interval is empty. With the mean of several
// pairs a picture may have a fraction.
func overPictures(differences []float64) (centre, half float64) {
	sum, squares := 0.0, 1.0 // half a picture gained, half a picture lost
	for _, d := range differences {
		sum += d
		squares += d * d
	}
	n := float64(len(differences)) + 2
	mean := sum / n
	z := distuv.UnitNormal.Quantile((1 + confidence) / 2)
	return 100 * mean, 100 * z * math.Sqrt((squares/n-mean*mean)/n)
}

// effects fills in what each measured idea buys, the largest first.
func (r *Report) effects(labels []uint8) error {
	r.SeedSD = r.pooledSD()
	r.Effects = []Effect{}
	for i := range r.Lines {
		l := &r.Lines[i]
		before := r.Line(l.Against)
		if l.Runs == 0 || before == nil {
			continue
		}
		pairs, err := l.pairs(before)
		if err != nil {
			return err
		}
		if len(pairs) == 0 {
			continue
		}
		sd := r.SeedSD
		if l.votes != nil {
			sd = 0 // of trainings; a vote of several varies less
		}
		e := effectOf(labels, pairs, sd)
		e.Row, e.Against = l.Row, l.Against
		r.Effects = append(r.Effects, e)
	}
	slices.SortStableFunc(r.Effects, func(a, b Effect) int { return cmp.Compare(b.Points, a.Points) })
	return nil
}

// pairs are the trainings of a row beside those of another row with the same seeds, or
// each vote beside the best of its voters.
func (l *Line) pairs(before *Line) (pairs []pair, err error) {
	add := func(old *Result, after []uint8) error {
		classes, err := old.Classes()
		pairs = append(pairs, pair{classes, after})
		return err
	}
	for v, winners := range l.votes {
		if err := add(best(l.runs[v*l.voters:(v+1)*l.voters]), winners); err != nil {
			return nil, err
		}
	}
	if l.votes != nil {
		return pairs, nil
	}
	for _, run := range l.runs {
		at := slices.IndexFunc(before.runs, func(old *Result) bool { return old.Seed == run.Seed })
		if at < 0 {
			continue
		}
		classes, err := run.Classes()
		if err != nil {
			return nil, err
		}
		if err := add(before.runs[at], classes); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

// pooledSD is the standard deviation of a training over seeds, from all rows with at least
// two, in percentage points; 0 if there is none.
func (r *Report) pooledSD() float64 {
	squares, freedom := 0.0, 0
	for _, l := range r.Lines {
		if l.votes == nil && l.Runs > 1 {
			squares += float64(l.Runs-1) * l.SD * l.SD
			freedom += l.Runs - 1
		}
	}
	if freedom == 0 {
		return 0
	}
	return math.Sqrt(squares / float64(freedom))
}

// Vote is a vote beside the best single network that votes in it, chosen on the
// validation pictures.
type Vote struct {
	Row            string     `json:"row"`
	Voters         int        `json:"voters"`
	Errors         int        `json:"errors"`
	Accuracy       float64    `json:"accuracy"`
	Interval       Interval   `json:"interval"`
	SingleSeed     int64      `json:"single_seed"`
	SingleErrors   int        `json:"single_errors"`
	Single         float64    `json:"single"`
	SingleInterval Interval   `json:"single_interval"`
	Comparison     Comparison `json:"comparison"` // of the vote with that network
}

// voteBesideBest returns the first vote of a row beside the best of its voters; nil if there is none.
func (l *Line) voteBesideBest(labels []uint8) (*Vote, error) {
	if l.votes == nil {
		return nil, nil
	}
	winners, single := l.votes[0], best(l.runs[:l.voters])
	classes, err := single.Classes()
	if err != nil {
		return nil, err
	}
	c, err := McNemar(labels, classes, winners)
	if err != nil {
		return nil, err
	}
	n := len(labels)
	wrong := len(train.Mistakes(labels, winners))
	return &Vote{Row: l.Row, Voters: l.voters,
		Errors: wrong, Accuracy: accuracy(float64(wrong), n), Interval: Wilson(float64(n-wrong), n),
		SingleSeed: single.Seed, SingleErrors: single.TestErrors, Single: accuracy(float64(single.TestErrors), n), SingleInterval: Wilson(float64(n-single.TestErrors), n),
		Comparison: c}, nil
}
