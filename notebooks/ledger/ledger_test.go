package ledger_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"cnnbook/chapters"
	"cnnbook/cnnlib"
	"cnnbook/notebooks/ledger"
)

// childVariable makes this test binary a cell whose check fails.
const childVariable = "CNNBOOK_LEDGER_TEST_CHILD"

func TestMain(m *testing.M) {
	os.Setenv("GOMLX_BACKEND", "go") // the tests need no plugin
	if os.Getenv(childVariable) != "" {
		ledger.Show(chapters.Section{ID: "9.9", Claims: []chapters.Claim{{ID: "9.9/1",
			Check: func(chapters.Check) chapters.Finding {
				return chapters.Must(chapters.Finding{}, errors.New("no such picture"))
			}}}})
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAnErrorEndsTheCellWithOneLine(t *testing.T) {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"=1")
	said, err := c.CombinedOutput()
	if err == nil || strings.Count(string(said), "\n") != 1 || !strings.Contains(string(said), "claim 9.9/1") || !strings.Contains(string(said), "no such picture") {
		t.Errorf("the cell said %q, %v, want one line that names the claim", said, err)
	}
}

func ExampleShow() {
	largest := func(c chapters.Check) chapters.Finding {
		y := chapters.Must(cnnlib.RunPlane(c.Backend, cnnlib.MaxPool2D{Window: 2}, [][]float64{{1, 3}, {2, 4}}))
		return c.Found(y)
	}
	ledger.Show(chapters.Section{ID: "9.9", Claims: []chapters.Claim{
		{ID: "9.9/1", Quote: "最大值为 4", Book: "[4]", Verdict: chapters.Holds, Check: largest},
		{ID: "9.9/2", Quote: "最大值为 3", Book: "[3]", Verdict: chapters.Differs, Note: "The window holds a 4.", Check: largest},
	}})
	// Output:
	// ✓ 9.9/1 Holds  “最大值为 4”
	//     book:     [4]
	//     computed: [4]
	// ✓ 9.9/2 Differs  “最大值为 3”
	//     book:     [3]
	//     computed: [4]
	//     The window holds a 4.
}
