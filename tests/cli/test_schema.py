import json


def test_it_prints_a_schema(fitcli):
    outcome = fitcli("schema")
    assert outcome.code == 0 and outcome.err == ""
    schema = json.loads(outcome.out)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert set(schema["properties"]) == {"seed", "data", "model", "loss", "fit"}
