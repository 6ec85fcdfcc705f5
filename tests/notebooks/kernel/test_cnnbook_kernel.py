"""The cnnbook kernel under Jupyter's own kernel tests
(https://github.com/jupyter/jupyter_kernel_test).

A test runs where its sample is given. Left out, each for a reason:
- code_execute_result: a Go statement has no value that is shown; programs print.
- code_page_something, code_clear_output: the kernel has no pager, and clears nothing.
"""
import os
import unittest

import jupyter_kernel_test

os.environ["CNNBOOK_LANG"] = "en"  # of the messages that the tests compare


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

    code_hello_world = 'fmt.Println("hello, world")'
    code_generate_error = 'panic("on purpose")'
    complete_code_samples = ['fmt.Println("hello")', "x := 3\nfmt.Println(x)", "func f() int {\n\treturn 3\n}", 'import "fmt"\n%%\nfmt.Println(1)', "!ls"]
    incomplete_code_samples = ["for i := range 3 {", "func f() int {\n\treturn 3", "fmt.Println(", "x := `text"]
    invalid_code_samples = ["y := := 3", "import fmt", "fmt.Println(1))"]
    code_history_pattern = "*Println*"
    supported_history_operations = ("tail", "range", "search")
    code_stderr = 'import ("fmt"; "os")\n%%\nfmt.Fprintln(os.Stderr, "oops")'
    code_display_data = [{
        "code": 'import "github.com/janpfeifer/gonb/gonbui"\n%%\ngonbui.DisplayHTML("<b>hello</b>")',
        "mime": "text/html",
    }]
    completion_samples = [{
        "text": 'import "fmt"\n%%\nfmt.Printl',
        "matches": {"Println", "Fprintln", "Sprintln"},  # gopls matches loosely
    }, {
        "text": "x := 3\nfmt.Printl",
        "matches": {"Println", "Fprintln", "Sprintln"},
    }]
    code_inspect_sample = "fmt.Println"

    def test_compile_error(self):
        """A cell that does not compile: one error, which names the cell and the line."""
        self.flush_channels()
        reply, output = self.execute_helper(code="x := 1\n_ = x\nnotDeclared()")
        self.assertEqual(reply["content"]["status"], "error")
        self.assertRegex(reply["content"]["evalue"], r"^Cell \[\d+\], line 3: undefined: notDeclared$")
        self.assertEqual([m["msg_type"] for m in output], ["error"])
        self.assertLessEqual(len("\n".join(output[0]["content"]["traceback"]).splitlines()), 6)

    def test_language(self):
        """What exported pages are coloured by."""
        self.flush_channels()
        self.kc.kernel_info()
        info = self.kc.get_shell_msg(timeout=10)["content"]["language_info"]
        self.assertEqual(info["pygments_lexer"], "go")
        self.assertEqual(info["mimetype"], "text/x-go")

    def test_abort(self):
        """The cells behind an error do not run. (The library's validator knows "abort", the protocol "aborted".)"""
        self.flush_channels()
        ids = [self.kc.execute(code) for code in ("notDeclared()", "fmt.Println(1)", "fmt.Println(2)")]
        replies = {}
        while len(replies) < len(ids):
            reply = self.kc.get_shell_msg(timeout=60)
            self.assertEqual(reply["msg_type"], "execute_reply")
            replies[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        self.assertEqual([replies[i] for i in ids], ["error", "aborted", "aborted"])

    def test_no_network_in_a_cell(self):
        """An unknown module is an error at once, not a download."""
        self.flush_channels()
        reply, _ = self.execute_helper(code='import "example.com/not/there"\n%%\nthere.Be()')
        self.assertEqual(reply["content"]["status"], "error")
        self.assertIn("example.com/not/there", reply["content"]["evalue"])


if __name__ == "__main__":
    unittest.main()
