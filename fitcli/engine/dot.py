"""A model's graph in the language of Graphviz."""

from __future__ import annotations

from fitcli.autodiff.graph import Graph, Node
from fitcli.ops.shapes import show


def dot_text(graph: Graph) -> str:
    """`digraph`, to be drawn by `dot -Tsvg`: a box an op with its name and output shape, an arrow a value."""
    ids = {node: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = ["digraph model {", "  node [shape=box, fontname=Helvetica, fontsize=10];"]
    for node in graph.nodes:
        style = ', style=filled, fillcolor="#eeeeee"' if node.op is None else ""
        lines.append(f"  {ids[node]} [label={_quoted(label(node))}{style}];")
    lines += [f"  {ids[x]} -> {ids[node]};" for node in graph.nodes for x in node.inputs]
    return "\n".join([*lines, "}"])


def label(node: Node) -> str:
    """Three lines: what it does, where it stands, what comes out."""
    return "\n".join(filter(None, [title(node), place(node), "" if node.dtype == "i8" else show(node.shape)]))


def title(node: Node) -> str:
    """conv2d, or conv + relu where ops were merged."""
    if node.op is None:
        return node.name
    parts = [part.rpartition(".")[2] for part in node.name.split("+")]
    return " + ".join(parts) if len(parts) > 1 else node.op.name


def place(node: Node) -> str:
    """Where it (the first, of merged ops) stands in the model: 9.residual.shortcut.0.conv."""
    if node.op is None or "." not in node.name:
        return ""
    return ".".join(word for word in node.name.partition("+")[0].split(".") if word != "layers")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
