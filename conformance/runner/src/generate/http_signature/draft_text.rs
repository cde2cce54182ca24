//! What the drafts print, with line folding undone.

use super::input::Key;

/// http-signature-07, Figure 1.
pub(super) const SVC_A: Key = Key::of(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"fNVx2xkvU-jbsowg3cHMGLPzODvkM8Rd1UClQxv_VP0","kid":"svc-a-key","kty":"OKP","x":"QDYLWc32T8hljQoolDi0ukqXtvNB1h-qNbpfuwZkZDg"}"#,
);
/// http-signature-07, Figure 3.
pub(super) const SVC_B: Key = Key::of(
    r#"{"alg":"Ed25519","crv":"Ed25519","d":"uJf73cksN9k54kJtgrc0nBc3_WzkcJovRXWjEIYyESE","kid":"svc-b-key","kty":"OKP","x":"WUZzabuwlwS9xlhndvLRMWQdkyjdOqVySiwqqd6brLM"}"#,
);
/// http-signature-07, Figure 5.
pub(super) const SVC_C: Key = Key::of(
    r#"{"alg":"ES256","crv":"P-256","d":"RuJQPzrHlQrRllszMFQQw3e8bSdArcYeXjhnXRXclHs","kid":"svc-c-key","kty":"EC","x":"dquxM0LHBbWlYCDxcNRHe9kb41lrnL0h_9ntNXKxzxw","y":"HPqRls-EZoPrHY9gNRcZGq5pkypeovfnzLSfsYP2L6o"}"#,
);

/// http-signature-07, Figure 2.
pub(super) const REQUEST_A_B: &str = "GET /gimme-ice-cream?flavor=vanilla HTTP/1.1\n\
Host: svcb.example.com\n\
Signature: sig1=:wfnk8T0ysp3a6bvqZAoeBoa2dFgRHooSel8jIAbKnbIP13cpy/O1J6xAYkziiUnVQ+NlMoR+ANDBHRwoB7ZIAA==:\n\
Signature-Input: sig1=(\"@method\" \"@path\" \"@query\" \"workload-identity-token\");created=1789405135;expires=1789405435;nonce=\"abcd1111\";tag=\"wimse-workload-to-workload\";wimse-aud=\"https://svcb.example.com/gimme-ice-cream\";wimse-sign-response\n\
Workload-Identity-Token: eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoiaXNzdWVyLWtleSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVkMjU1MTkiLCJjcnYiOiJFZDI1NTE5Iiwia2lkIjoic3ZjLWEta2V5Iiwia3R5IjoiT0tQIiwieCI6IlFEWUxXYzMyVDhobGpRb29sRGkwdWtxWHR2TkIxaC1xTmJwZnV3WmtaRGcifX0sImV4cCI6MTc4OTQwNTQzNSwiaWF0IjoxNzg5NDA1MTM1LCJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tL2lzc3VlciIsImp0aSI6IndpdC0xNzg5NDA1MTM1OTUxMjQ5OTY1Iiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS9zdmNBIn0.XDaCtnf42Z4bYKqQxTkMGJ-Gtcg5iG7Z0QdBxj4J_d8Q4PVcoFwxfaeKnJD_iuTF8Nt_0eyZOiGYgngCk2omAg\n\
\n\
";

/// http-signature-07, Figure 4.
pub(super) const RESPONSE_B_A: &str = "HTTP/1.1 404 Not Found\n\
Content-Length: 20\n\
Content-Digest: sha-256=:uJC3qmCc7n6/6w4N2I0vAfj1cd/hTOAhxLEYXmPbNno=:\n\
Content-Type: text/plain\n\
Signature: sig1=:CUsdmPCDf6I587umdsSTKJvC00fMkj48Z7g1sWzYWAzhB2OZgZaujchkP1Xw2dsJlTngAIbhyIq07diOYnHIBQ==:\n\
Signature-Input: sig1=(\"@status\" \"workload-identity-token\" \"content-type\" \"content-digest\" \"@method\";req \"@path\";req \"@query\";req);created=1789405135;expires=1789405437;nonce=\"abcd2222\";tag=\"wimse-workload-to-workload\";wimse-req-nonce=\"abcd1111\"\n\
Workload-Identity-Token: eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoiaXNzdWVyLWtleSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVkMjU1MTkiLCJjcnYiOiJFZDI1NTE5Iiwia2lkIjoic3ZjLWIta2V5Iiwia3R5IjoiT0tQIiwieCI6IldVWnphYnV3bHdTOXhsaG5kdkxSTVdRZGt5amRPcVZ5U2l3cXFkNmJyTE0ifX0sImV4cCI6MTc4OTQwNTQzNywiaWF0IjoxNzg5NDA1MTM3LCJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tL2lzc3VlciIsImp0aSI6IndpdC0xNzg5NDA1MTM1OTUxNTEzODY2Iiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS9zdmNCIn0.T9hsSJX6aaMAbF5lnB47vHXj4k_cgOVRQtENfrdj0_Ut9vv5eEnGXcR_vqyfcm8mi-tQyg57sEvfFuoseRoCBA\n\
\n\
No ice cream today.\n\
";

/// http-signature-07, Figure 6.
pub(super) const REQUEST_B_C: &str = "POST /inventory/cones HTTP/1.1\n\
Host: svcc.example.com\n\
Content-Digest: sha-256=:TzKXT0tUEfiTFkjRzwE8nCFnQljMuX5xwJaJgJCp+1g=:\n\
Content-Length: 31\n\
Content-Type: application/json\n\
Signature: sig1=:EzNtEBAW99awIJtUjPxMqtHXYh0Y6MpOwzeMePSMCx6oqU2gh680rk5+B1zFD8Xv7TRRffiM6nCOd58u4bvGDg==:\n\
Signature-Input: sig1=(\"@method\" \"@path\" \"@query\" \"workload-identity-token\" \"content-type\" \"content-digest\");created=1789405135;expires=1789405437;nonce=\"abcd3333\";tag=\"wimse-workload-to-workload\";wimse-aud=\"https://svcc.example.com/inventory/cones\";wimse-sign-response\n\
Workload-Identity-Token: eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoiaXNzdWVyLWtleSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVkMjU1MTkiLCJjcnYiOiJFZDI1NTE5Iiwia2lkIjoic3ZjLWIta2V5Iiwia3R5IjoiT0tQIiwieCI6IldVWnphYnV3bHdTOXhsaG5kdkxSTVdRZGt5amRPcVZ5U2l3cXFkNmJyTE0ifX0sImV4cCI6MTc4OTQwNTQzNywiaWF0IjoxNzg5NDA1MTM3LCJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tL2lzc3VlciIsImp0aSI6IndpdC0xNzg5NDA1MTM1OTUxNTEzODY2Iiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS9zdmNCIn0.T9hsSJX6aaMAbF5lnB47vHXj4k_cgOVRQtENfrdj0_Ut9vv5eEnGXcR_vqyfcm8mi-tQyg57sEvfFuoseRoCBA\n\
\n\
{\"flavor\":\"vanilla\",\"amount\":1}";

/// http-signature-07, Figure 7.
pub(super) const RESPONSE_C_B: &str = "HTTP/1.1 409 Conflict\n\
Content-Length: 43\n\
Content-Digest: sha-256=:xKyvC1Ob10QItKe0NdnKhtZ/6R7/JkpTxdH20RccxFY=:\n\
Content-Type: application/json\n\
Signature: sig1=:opZnqGnxaozdrf8ecfV+pAQ2wH2aIOtM5+dS6NI/MozKaVF3OUfxFyAC34i2+KbMNZHYlTzJzCPqXRucMbgFlA==:\n\
Signature-Input: sig1=(\"@status\" \"workload-identity-token\" \"content-type\" \"content-digest\" \"@method\";req \"@path\";req \"@query\";req);created=1789405135;expires=1789405439;nonce=\"abcd4444\";tag=\"wimse-workload-to-workload\";wimse-req-nonce=\"abcd3333\"\n\
Workload-Identity-Token: eyJhbGciOiJFZDI1NTE5Iiwia2lkIjoiaXNzdWVyLWtleSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVTMjU2IiwiY3J2IjoiUC0yNTYiLCJraWQiOiJzdmMtYy1rZXkiLCJrdHkiOiJFQyIsIngiOiJkcXV4TTBMSEJiV2xZQ0R4Y05SSGU5a2I0MWxybkwwaF85bnROWEt4enh3IiwieSI6IkhQcVJscy1FWm9QckhZOWdOUmNaR3E1cGt5cGVvdmZuekxTZnNZUDJMNm8ifX0sImV4cCI6MTc4OTQwNTQzOSwiaWF0IjoxNzg5NDA1MTM5LCJpc3MiOiJodHRwczovL2V4YW1wbGUuY29tL2lzc3VlciIsImp0aSI6IndpdC0xNzg5NDA1MTM1OTUxNTcwODY2Iiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS9zdmNDIn0.kaMHAoW7nZ5NrkwOzHE1zGEm-S9Dk5rWICPjKQenhHuwksZqhW2EO1MV0vh_dcBQzvnMS710Do9KEZkcg4QyDQ\n\
\n\
{\"error\":\"out_of_stock\",\"flavor\":\"vanilla\"}";

/// draft-rosomakho-httpbis-tunnels-signatures, Standard CONNECT with WIMSE Credentials.
pub(super) const TUNNEL: &str = "CONNECT service.example:443 HTTP/1.1\n\
Host: service.example:443\n\
Workload-Identity-Token: eyJhbGciOiJFZDI1NTE5IiwidHlwIjoid2l0K2p3dCIsImtpZCI6Imlzc3Vlci1rZXkifQ.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS93b3JrbG9hZC1hIiwiaWF0IjoxNzkxMjQ0NzQwLCJleHAiOjE3OTEyNDg0MDAsImNuZiI6eyJqd2siOnsia3R5IjoiT0tQIiwiY3J2IjoiRWQyNTUxOSIsIngiOiJMSkl6M0oxMW1TcGlSS2ZVd004VFJlQnpjNE9FR3Z1clNZTkoxOUs0QU04IiwiYWxnIjoiRWQyNTUxOSIsImtpZCI6ImNsaWVudC1rZXkifX19.9G8ShrCBs3m9kJDvRo54mRs-Cyczot3oPeX0u5qUNyQ5Q5b7A3I0G-24ZGOGZBmp97AAoCzdYvr6g1A8gIK6Ag\n\
Signature-Input: sig1=(\"@method\" \"@authority\" \"workload-identity-token\");created=1791244800;expires=1791244860;nonce=\"8R2YsD5mrtrsiLPZPXt07_6jex3LLjNq\";tag=\"wimse-workload-to-workload\";wimse-aud=\"https://proxy.example\"\n\
Signature: sig1=:DIPNsG7AHT3Z8bspv3q6Oy/paFM4ZwKkNc7INxqrq/h19/MSwgM1k/fMxdqWxUM91wwcYnIIJn35UP6IqcAyDg==:\n\
\n\
";

/// The key of the issuer of the WIT in it.
pub(super) const TUNNEL_ISSUER: &str = r#"{"alg":"Ed25519","crv":"Ed25519","kid":"issuer-key","kty":"OKP","x":"uJqIC9mMU6Dl3roQZqy6CIrseaodOv_hjPGhel1Q3mk"}"#;
