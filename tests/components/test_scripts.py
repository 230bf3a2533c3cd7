"""Scripts of nodes: the files that they write and edit, whatever they look like."""

import time

from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.manifest.components import edits, script_files, shell
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.context import Context
from hullmark.linter.text import Source, Span


def _word(text: str) -> Word:
    return Word(text, Source("a", text), Span(0, len(text)), ((0, 0),))


@given(st.text(alphabet="<>-E\n 'tecathosdyq.=/|&$\\\"", max_size=300))
def test_files_and_edits_of_any_kind_are_read(text: str) -> None:
    for file in script_files.written(_word(text)):
        span = file.text.span(0, len(file.text.text))
        assert not file.heredoc or text[span.start : span.end] == file.text.text
    for _, span in script_files.here_documents(text):
        assert span.end <= len(text)
    for edit in edits.edits(_word(f"sed -i {text} /var/lib/kubelet/config.yaml\nyq -i {text} /etc/default/kubelet")):
        list(edits.explicit(edit, Context()))


def test_here_documents_without_an_end_cost_little() -> None:
    start = time.process_time()
    assert list(shell.commands(_word("".join(f"cat <<E{n}\n" for n in range(20_000)))))
    assert time.process_time() - start < 4


def test_texts_go_where_they_are_sent() -> None:
    script = (
        "cat <<EOF > /a\none\nEOF\n"
        "cat <<-'END' | sudo tee -a /b >/dev/null\n\ttwo\n\tEND\n"
        "echo three >>/c\n"
        "printf 'four\\nfive\\n' > /d\n"
        "kubectl apply -f - <<EOF\nsix\nEOF\n"
        "echo $((1<<2)) seven\n"
        "echo eight 2>/dev/null\n"
    )
    found = [(file.path, file.text.text) for file in script_files.written(_word(script))]
    assert found == [("/a", "one\n"), ("/b", "\ttwo\n"), ("/c", "three"), ("/d", "four\nfive\n"), ("", "six\n")]


def test_commands_in_here_documents_are_text_unless_a_shell_reads_them() -> None:
    script = "cat > /a <<EOF\nkubelet --one\nEOF\nbash -s <<EOF\nkubelet --two\nEOF\nkubelet --three\n"
    words = [" ".join(word.text for word in command) for command in shell.commands(_word(script))]
    assert words == ["cat > /a", "bash -s", "kubelet --two", "kubelet --three"]
