//! Keys go to OpenSSL and come from there, in every form, and stay the same byte by byte.

use crate::kind::kinds;
use crate::openssl::openssl;
use crate::workshop::Workshop;
use std::fs;

#[test]
fn keys_of_openssl_come_back_as_they_were() {
    let Some(openssl) = openssl() else { return };
    for kind in kinds() {
        let shop = Workshop::new();
        shop.run(&openssl, &[&["genpkey"], kind.openssl, &["-out", "key.pem"]].concat());
        let pkey =
            |arguments: &[&str]| shop.run(&openssl, &[&["pkey", "-in", "key.pem"], arguments].concat());
        // To DER, `pkey` writes the older forms.
        let to_pkcs8 =
            ["pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "key.der"];
        shop.run(&openssl, &to_pkcs8);
        pkey(&["-pubout", "-out", "key.pub.pem"]);
        pkey(&["-pubout", "-outform", "DER", "-out", "key.pub.der"]);
        owner_only(&shop, "key.der");

        let thumbprint = shop.make(&["key", "thumbprint", "key.pem"]);
        for (files, jwk) in
            [(["key.pem", "key.der"], "jwk.json"), (["key.pub.pem", "key.pub.der"], "pub.json")]
        {
            for file in files {
                assert_eq!(shop.make(&["key", "thumbprint", file]), thumbprint, "{} {file}", kind.alg);
                let out = ["--out", jwk, "--force", "--alg", kind.alg];
                shop.make(&[&["key", "convert", file, "--to", "jwk"], &out[..]].concat());
                for (form, same) in [("pem", files[0]), ("der", files[1])] {
                    shop.make(&["key", "convert", jwk, "--to", form, "--out", "back", "--force"]);
                    let [back, before] = ["back", same].map(|file| fs::read(shop.path(file)).unwrap());
                    assert_eq!(back, before, "{} {file} {form}", kind.alg);
                }
            }
        }
    }
}

#[test]
fn keys_that_are_made_here_are_read_there() {
    let Some(openssl) = openssl() else { return };
    for kind in kinds() {
        let shop = Workshop::new();
        shop.make(&["key", "generate", "--alg", kind.alg, "--out", "key.pem", "--format", "pem"]);
        shop.make(&["key", "convert", "key.pem", "--to", "der", "--out", "key.der"]);
        for (file, form) in [("key.pem", "PEM"), ("key.der", "DER")] {
            // The numbers belong together, says OpenSSL.
            shop.run(&openssl, &["pkey", "-in", file, "-inform", form, "-check", "-noout"]);
            let public = shop.run(&openssl, &["pkey", "-in", file, "-inform", form, "-pubout"]);
            assert_eq!(public, shop.make(&["key", "public", file, "--format", "pem"]), "{} {file}", kind.alg);
        }
    }
}

/// Older forms are refused, and the fix that is told is one.
#[test]
fn older_forms_of_openssl_are_converted_as_told() {
    let Some(openssl) = openssl() else { return };
    for kind in kinds().filter(|kind| kind.alg != "Ed25519") {
        let shop = Workshop::new();
        shop.run(&openssl, &[&["genpkey"], kind.openssl, &["-out", "key.pem"]].concat());
        shop.run(&openssl, &["pkey", "-in", "key.pem", "-traditional", "-out", "old.pem"]);
        owner_only(&shop, "old.pem");
        let mut forms = vec![("old.pem", if kind.alg.starts_with("ES") { "key.sec1" } else { "key.pkcs1" })];
        if forms[0].1 == "key.pkcs1" {
            shop.run(&openssl, &["rsa", "-in", "key.pem", "-RSAPublicKey_out", "-out", "old.pub.pem"]);
            forms.push(("old.pub.pem", "key.pkcs1"));
        }
        for (file, code) in forms {
            let (exit, document) = shop.document(&["key", "thumbprint", file]);
            assert_eq!((exit, &document["refusal"]["code"]), (1, &code.into()), "{document}");
            let fix = document["refusal"]["fix"].as_str().unwrap();
            let told: Vec<&str> = fix.strip_prefix("convert it: openssl ").unwrap().split(' ').collect();
            shop.run(&openssl, &told);
            let new = told.last().unwrap();
            owner_only(&shop, new);
            let thumbprint = shop.make(&["key", "thumbprint", "key.pem"]);
            assert_eq!(shop.make(&["key", "thumbprint", new]), thumbprint, "{file}");
        }
    }
}

/// As for private keys, whoever made the file.
fn owner_only(shop: &Workshop, name: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(shop.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (shop, name);
}
