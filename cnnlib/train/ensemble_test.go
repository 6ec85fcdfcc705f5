package train_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cnnbook/cnnlib/train"
)

// Three networks look at four pictures. They agree on the third, two of them on the
// first two, and on the last all three differ: the smallest class wins.
func ExampleVote() {
	fmt.Println(train.Vote([]uint8{7, 1, 0, 5}, []uint8{7, 2, 0, 3}, []uint8{1, 2, 0, 4}))
	// Output: [7 2 0 3] <nil>
}

func TestVoteAndMeanRefuse(t *testing.T) {
	_, none := train.Vote()
	_, uneven := train.Vote([]uint8{1}, []uint8{1, 2})
	_, classes := train.MeanProbabilities([][]float32{{1, 2}}, [][]float32{{1, 2, 3}})
	for want, err := range map[string]error{"no networks": none, "2 pictures, network 0 for 1": uneven, "gives 3 classes": classes} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestMeanProbabilities(t *testing.T) {
	// Logits 0 and ln 3 are the probabilities 1/4 and 3/4; adding 1000 to both
	// changes nothing. Equal logits are 1/2 each.
	log3 := float32(math.Log(3))
	got, err := train.MeanProbabilities([][]float32{{1000, 1000 + log3}}, [][]float32{{5, 5}})
	if err != nil {
		t.Fatal(err)
	}
	// 1000+ln 3 in float32 is off by up to 2^-15 (half a unit in the last place).
	if want := 0.5 * (0.25 + 0.5); math.Abs(got[0][0]-want) > 1.0/(1<<15) || math.Abs(got[0][0]+got[0][1]-1) > 1e-12 {
		t.Errorf("%v, want %v and 1-%v", got, want, want)
	}
}
