//! The documents of `--json` are as their schemas say.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

#[path = "transcripts/document.rs"]
mod document;
#[path = "transcripts/fixture.rs"]
mod fixture;
#[path = "workshop/issuer.rs"]
mod issuer;
#[path = "workshop/pair.rs"]
mod pair;
#[allow(dead_code, reason = "the other tests take the rest")]
#[path = "serve/service.rs"]
mod service;
mod workshop;

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use workshop::Workshop;

/// The schemas, by the name that documents have for them.
fn schemas() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let named = |file: std::path::PathBuf| {
        let schema: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let name = schema["properties"]["schema"]["const"].as_str().unwrap().to_owned();
        let file = file.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(file, format!("{}.schema.json", name.replace('/', "-")));
        assert_eq!(schema["title"], name.as_str());
        (name, schema)
    };
    files.map(named).collect()
}

/// What the cases of the transcripts print, and what is not among them.
fn documents() -> Vec<(String, Value)> {
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    let run = |(file, case): (std::path::PathBuf, document::Case)| {
        let input = fs::read(file.with_extension("stdin")).unwrap_or_default();
        let arguments: Vec<&str> = case.args.split(' ').collect();
        let ended = shop.wimse_with_input(&arguments, &input);
        assert_eq!((ended.code, ended.stderr.as_str()), (case.status.code, ""), "{}", case.args);
        let document = serde_json::from_str(&ended.stdout).unwrap();
        (case.args, document)
    };
    let mut documents: Vec<_> = document::all().into_iter().map(run).collect();
    // Where the build has no RSA, it is an error.
    let rsa = &["key", "generate", "--alg", "PS256", "--out", "-"][..];
    for arguments in [rsa, &["demo"], &["wit"], &["key", "public", "--nonsense"], &["id", "check"]] {
        documents.push((arguments.join(" "), shop.document(arguments).1));
    }
    for client in ["billing", "reports"] {
        let ended = pair::call(&shop, &pair::serve(&["--json"]), &pair::connect(client, &["--json"]));
        for (command, ended) in [("tls serve", ended.server), ("tls connect", ended.client)] {
            documents.push((format!("{command}, {client}"), serde_json::from_str(&ended.stdout).unwrap()));
        }
    }
    let server = issuer::dev_server(&shop, &["--json"]);
    documents.push(("dev-server".to_owned(), serde_json::from_str(&server.ready).unwrap()));
    let url = server.url("/credentials");
    let request = ["wit", "request", "--server", &url, "--out", "issued"];
    for more in
        [&["--token-file", "billing.token", "--wic"][..], &["--renew"], &["--token-file", "billing.token"]]
    {
        let arguments = [&request[..], more].concat();
        documents.push((arguments.join(" "), shop.document(&arguments).1));
    }
    let shop = service::shop();
    let options = ["--listen", "127.0.0.1:0", "--now", workshop::NOW, "--json"];
    let running = service::Service::start_with(&shop, service::CONFIG, &options);
    documents.push(("serve".to_owned(), serde_json::from_str(&running.ready).unwrap()));
    let gateway = service::Service::start_command("gateway", &shop, &shop.read("gateway.toml"), &options);
    documents.push(("gateway".to_owned(), serde_json::from_str(&gateway.ready).unwrap()));
    for who in ["billing", "orders"] {
        let (_, document) = running.call_as(&shop, who, &["http://api.example.com/orders"]);
        documents.push((format!("call, {who}"), document));
    }
    documents
}

#[test]
fn documents_are_valid() {
    let schemas = schemas();
    let mut results: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (command, document) in documents() {
        let name = document["schema"].as_str().unwrap();
        let schema = schemas.get(name).unwrap_or_else(|| panic!("{command}: no schema for {name}"));
        validate(schema, &document, &command);
        // Members may be added, and are then described.
        validate(&closed(schema), &document, &command);
        let result = document["result"].as_str().unwrap().to_owned();
        assert_eq!(refusals(&document), result == "refused", "{command}");
        results.entry(name.to_owned()).or_default().insert(result);
    }
    for (name, schema) in &schemas {
        let result = &schema["properties"]["result"];
        let possible = result["enum"].as_array().cloned().unwrap_or_else(|| vec![result["const"].clone()]);
        let possible: BTreeSet<String> =
            possible.iter().map(|text| text.as_str().unwrap().to_owned()).collect();
        // In the demo nothing goes wrong.
        let seen = if name == "wimse-demo/1" { &possible } else { &results[name] };
        assert_eq!(seen, &possible, "{name}");
    }
}

/// Whether it says why something was refused: at the top, or of one of several requests or connections. The demo does it in its rows.
fn refusals(document: &Value) -> bool {
    let several = ["requests", "connections"].into_iter().filter_map(|name| document[name].as_array());
    several.flatten().chain([document]).any(|value| !value["refusal"].is_null())
}

fn validate(schema: &Value, document: &Value, command: &str) {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let errors = validator.iter_errors(document);
    let errors: Vec<String> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{command}: {errors:#?}");
}

/// The schema with no room for other members.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut closed: Map<String, Value> = Map::new();
            for (name, value) in members {
                // Conditions look at some members only.
                let value = if name == "allOf" { value.clone() } else { self::closed(value) };
                closed.insert(name.clone(), value);
            }
            if members.get("properties").is_some_and(|inside| inside.get("type").is_none_or(Value::is_object))
            {
                closed.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            Value::Object(closed)
        }
        Value::Array(elements) => elements.iter().map(closed).collect(),
        _ => schema.clone(),
    }
}

/// A schema that accepts everything would pass, too.
#[test]
fn what_is_wrong_is_not_valid() {
    let schemas = schemas();
    for (command, document) in documents() {
        let schema = &schemas[document["schema"].as_str().unwrap()];
        let validator = jsonschema::draft202012::new(schema).unwrap();
        for name in ["schema", "result"] {
            let mut broken = document.clone();
            broken[name] = Value::from("other");
            assert!(!validator.is_valid(&broken), "{command}: {name}");
            broken.as_object_mut().unwrap().remove(name);
            assert!(!validator.is_valid(&broken), "{command}: {name}");
        }
        // But for what is there only sometimes.
        for name in document
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| !["key", "private_key"].contains(&name.as_str()))
        {
            let mut broken = document.clone();
            broken.as_object_mut().unwrap().remove(name);
            assert!(!validator.is_valid(&broken), "{command}: without {name}");
        }
        let mut more = document.clone();
        more["new_member"] = Value::from(1);
        assert!(validator.is_valid(&more), "{command}: members may be added");
    }
}

#[test]
fn every_member_is_described() {
    for (name, schema) in schemas() {
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        assert!(schema["description"].is_string(), "{name}");
        describe(&name, &schema);
    }
}

fn describe(place: &str, schema: &Value) {
    let Value::Object(members) = schema else { return };
    assert!(members.get("additionalProperties").is_none(), "{place}");
    for (name, value) in members {
        let place = format!("{place} {name}");
        match name.as_str() {
            "properties" | "$defs" => {
                for (name, property) in value.as_object().unwrap() {
                    assert!(property["description"].is_string(), "{place} {name}");
                    describe(&format!("{place} {name}"), property);
                }
            }
            "items" => describe(&place, value),
            _ => {}
        }
    }
}

/// A refusal is a refusal in every document.
#[test]
fn definitions_are_the_same_everywhere() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for (place, schema) in schemas() {
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            let first = known.entry(name.clone()).or_insert_with(|| definition.clone());
            assert_eq!(first, definition, "{place}: {name}");
        }
    }
    assert!(known.contains_key("refusal"));
}

#[test]
fn every_schema_is_in_the_manual() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command/README.md");
    let manual = fs::read_to_string(manual).unwrap();
    for name in schemas().keys() {
        let file = format!("crates/wimse-cli/schema/{}.schema.json)", name.replace('/', "-"));
        let row = manual.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        assert!(row.is_some_and(|row| row.contains(&file)), "{name}");
    }
}
