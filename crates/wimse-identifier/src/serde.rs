//! Serde: as strings, read back by the same strict parser. What was parsed by another policy than the default
//! may not read back; parse it from a string by that policy instead.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use ::serde::de::{Error, Visitor};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::IdentifierError;
use crate::identifier::WorkloadIdentifier;
use crate::origin::Origin;
use crate::trust_domain::TrustDomain;

macro_rules! as_string {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        /// Parses by [`IdentifierPolicy::default`](crate::IdentifierPolicy).
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parse(PhantomData))
            }
        }
    };
}

as_string!(WorkloadIdentifier);
as_string!(Origin);
as_string!(TrustDomain);

struct Parse<T>(PhantomData<T>);

impl<T: FromStr<Err = IdentifierError>> Visitor<'_> for Parse<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}
