"""The cnnbook kernel under Jupyter's own kernel tests
(https://github.com/jupyter/jupyter_kernel_test).

A test runs where its sample is given. Left out, each for a reason:
- code_execute_result: a Go statement has no value that is shown; programs print.
- code_generate_error: see test_error, which asks for more than the library's test.
- code_page_something, code_history_pattern, supported_history_operations: GoNB has
  no pager and keeps no history.
- complete_code_samples, incomplete_code_samples, invalid_code_samples: GoNB does
  not answer is_complete_request, which only console front ends send.
"""
import unittest

import jupyter_kernel_test


class CnnbookKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "cnnbook"
    language_name = "go"
    file_extension = ".go"

    @classmethod
    def setUpClass(cls):
        """The first completion waits until gopls has read the module (13 s were measured)."""
        super().setUpClass()
        cls.kc.complete("%%\n")
        while cls.kc.get_shell_msg(timeout=90)["msg_type"] != "complete_reply":
            pass

    code_hello_world = 'import "fmt"\n%%\nfmt.Println("hello, world")'
    code_stderr = 'import ("fmt"; "os")\n%%\nfmt.Fprintln(os.Stderr, "oops")'
    code_display_data = [{
        "code": 'import "github.com/janpfeifer/gonb/gonbui"\n%%\ngonbui.DisplayHTML("<b>hello</b>")',
        "mime": "text/html",
    }]
    completion_samples = [{
        "text": 'import "fmt"\n%%\nfmt.Printl',
        "matches": {"Println", "Fprintln", "Sprintln"},  # gopls matches loosely
    }]
    code_inspect_sample = "fmt.Println"

    def test_error(self):
        """A cell that does not compile: an error reply whose first line is the compiler's."""
        self.flush_channels()
        reply, output = self.execute_helper(code="%%\nnotDeclared()")
        self.assertEqual(reply["content"]["status"], "error")
        self.assertIn("undefined: notDeclared", reply["content"]["evalue"].splitlines()[0])
        self.assertEqual(output[-1]["msg_type"], "error")

    def test_no_network_in_a_cell(self):
        """An unknown module is an error at once, not a download."""
        self.flush_channels()
        reply, _ = self.execute_helper(code='import "example.com/not/there"\n%%\nthere.Be()')
        self.assertEqual(reply["content"]["status"], "error")
        self.assertIn("example.com/not/there", reply["content"]["evalue"])


if __name__ == "__main__":
    unittest.main()
