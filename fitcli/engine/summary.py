"""What a model is made of, layer by layer."""

from __future__ import annotations

from math import prod

from fitcli.autodiff.graph import Graph
from fitcli.engine.expected import expected_model
from fitcli.engine.field import receptive_fields
from fitcli.spec import Spec


def summarize(spec: Spec) -> dict:
    """{"layers": [{"name", "op", "output", "receptive_field", "parameters", "multiply_adds", "bytes"}], …totals}.

    One row a node of the graph as it is run; multiply-adds and bytes of output are for one image, forward.
    """
    model, found = expected_model(spec)
    fields = receptive_fields(model.graph)
    rows = []
    for node in model.graph.nodes:
        if node.op is None:
            continue
        rows.append({
            "name": node.name,
            "op": node.op.name,
            "output": list(node.shape),
            "receptive_field": fields[node],
            "parameters": sum(p.size for p in node.trained),
            "multiply_adds": node.op.multiply_adds(*node.shapes),
            "bytes": 0 if node.op.view else 4 * prod(node.shape),
        })  # fmt: skip
    result = {
        "layers": rows,
        "image": list(found.image_shape),
        "classes": len(found.classes),
        "parameters": model.params.count,
        "multiply_adds": sum(row["multiply_adds"] for row in rows),
        "bytes": sum(row["bytes"] for row in rows),
        "model_bytes": 4 * sum(p.size for p in model.graph.params),
    }
    return result | ({"note": found.assumed} if found.assumed else {})


def graph_of(spec: Spec) -> Graph:
    """The graph of a spec's model, for pictures."""
    return expected_model(spec)[0].graph
