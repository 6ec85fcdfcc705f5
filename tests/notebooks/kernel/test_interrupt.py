"""Jupyter's stop button in the middle of a training."""
import time
import unittest

from jupyter_client.manager import start_new_kernel

# The training waits in its second epoch until it is stopped, at most a minute.
CELL = """import (
	"cnnbook/cnnlib"
	"cnnbook/cnnlib/data"
	"cnnbook/cnnlib/train"
	"cnnbook/notebooks/cell"
	"cnnbook/notebooks/progress"
	"cnnbook/xla"
	"fmt"
	"time"
)
%%
engine := cell.Must(xla.Open(cell.Context(), "go"))
digits := cell.Must(data.MNISTTest())
net := cnnlib.Sequential{cnnlib.Conv2D{Channels: 10, Kernel: 28, Init: cnnlib.Zeros{}}}
options := train.Options{Epochs: 3, Batch: 50, OnStep: func(p train.Progress) error {
	if p.Step == 300 {
		select {
		case <-cell.Context().Done():
		case <-time.After(time.Minute):
		}
	}
	return nil
}}
m := cell.Kept(progress.Run(cell.Context(), engine.Backend, net, digits, options))
fmt.Println("kept", len(m.History), "epoch,", cell.Must(m.Evaluate(digits)).Accuracy > 0.8)"""


class Interrupt(unittest.TestCase):
    def test_interrupt_keeps_the_last_epoch(self):
        km, kc = start_new_kernel(kernel_name="cnnbook", startup_timeout=60)
        try:
            kc.execute(CELL)
            stopped, printed, html = False, "", []
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                msg = kc.get_iopub_msg(timeout=120)
                kind, content = msg["msg_type"], msg["content"]
                if kind == "stream":
                    printed += content["text"]
                elif kind in ("display_data", "update_display_data"):
                    html.append(content["data"]["text/html"])
                    # The table is written at the end of the first epoch.
                    if not stopped and "<table" in html[-1]:
                        stopped = True
                        km.interrupt_kernel()
                elif kind == "status" and content["execution_state"] == "idle":
                    break
            reply = kc.get_shell_msg(timeout=60)
            self.assertEqual(reply["content"]["status"], "ok", printed)
            self.assertIn("stopped by the reader: train: stopped in epoch 2", printed)
            self.assertIn("kept 1 epoch, true", printed)
            self.assertTrue(any("Ended after epoch 1 of 3" in h for h in html), html)
        finally:
            kc.stop_channels()
            km.shutdown_kernel(now=True)


if __name__ == "__main__":
    unittest.main()
