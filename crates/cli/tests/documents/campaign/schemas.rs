//! The documents keep to the schemas of those who read them.

use super::*;

/// The schemas that others refer to.
struct Schemas;

impl Retrieve for Schemas {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let name = uri.as_str().rsplit('/').next().unwrap_or_default().to_string();
        Ok(serde_json::from_str(&fs::read_to_string(docs(&format!("schema/{name}")))?)?)
    }
}

fn schema(name: &str) -> Validator {
    let schema: Value =
        serde_json::from_str(&read(&docs(&format!("schema/halfulp.{name}-1.json")))).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a schema of draft 2020-12");
    jsonschema::options().with_retriever(Schemas).build(&schema).expect("a schema")
}

/// A document is what its schema says; without any of its keys, or with one more, at any depth that is its own, it is not.
fn assert_valid(name: &str, document: &Value, own: &[&str]) {
    let schema = schema(name);
    let errors: Vec<String> =
        schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    for pointer in own {
        let object = document.pointer(pointer).unwrap_or_else(|| panic!("{name} has no {pointer}"));
        for key in object.as_object().expect("an object").keys() {
            let mut without = document.clone();
            without.pointer_mut(pointer).expect("there").as_object_mut().expect("an object").remove(key);
            assert!(!schema.is_valid(&without), "{name} {pointer} without {key}");
            let mut wrong = document.clone();
            wrong.pointer_mut(pointer).expect("there")[key] = json!([[[["x"]]]]);
            assert!(!schema.is_valid(&wrong), "{name} {pointer}: {key} of another type");
        }
        let mut more = document.clone();
        more.pointer_mut(pointer).expect("there")["more"] = json!(1);
        assert!(!schema.is_valid(&more), "{name} {pointer} with a key more");
    }
}

#[test]
fn documents_keep_to_their_schemas() {
    let folder = folder();
    for is_right in [true, false] {
        planned(&folder, 2, is_right);
        let json =
            |name: &str| -> Value { serde_json::from_str(&read(&folder.path().join(name))).expect("JSON") };
        let own = [
            "",
            "/tasks/0",
            "/shards/0",
            "/measured",
            "/measured/kinds/0",
            "/measured/kinds/0/kind",
            "/device",
        ];
        assert_valid("campaign", &json("plan.json"), &own);
        let results = if is_right { "right" } else { "wrong" };
        shell(&folder, &format!("halfulp campaign run plan.json --shard 1 --out {results} --quiet"), &[]);
        assert_valid("campaign-shard", &json(&format!("{results}/shard-1-of-2.json")), &[""]);
        assert_valid("campaign-run", &json(&format!("{results}/shard-1-of-2.run.json")), &[""]);
        shell(
            &folder,
            &format!("cd {results}; cp shard-1-of-2.json copy.json; echo {{}} > other.json; echo > cut.json"),
            &[],
        );
        let merged = shell(&folder, &format!("halfulp merge {results} --manifest plan.json --json"), &[]);
        let report: Value = serde_json::from_slice(&merged.stdout).expect("JSON");
        let own = ["", "/campaign", "/campaign/doubled/0", "/campaign/foreign/0", "/campaign/damaged/0"];
        assert_valid("campaign-report", &report, &own);
    }
    succeeds(
        &folder,
        "halfulp campaign plan binary16 --op add --round rne --saturate none --cases uniform:1000 --limit 0.1 --shards 1 -o u.json && \
         halfulp campaign run u.json --shard 1 --out u --quiet",
        &[],
    );
    let report = succeeds(&folder, "halfulp merge u --manifest u.json --json", &[]);
    assert_valid("campaign-report", &serde_json::from_str(&report).expect("JSON"), &["/samples/0"]);
}
