//! Tables with one key, which says what they are: one of this crate's, or what a registry has by that name.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::entries::{Entries, Reader, Registry};
use crate::experiment::{Invalid, read};

/// What a table's one key says that it is.
pub(crate) trait Named: Sized {
    /// What is read: `optimizer`.
    const WHAT: &'static str;
    /// The names of this crate's.
    const BUILTIN: &'static [&'static str];

    /// Reads one of this crate's, by its name.
    fn builtin<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Self, A::Error>;

    /// Reads what a registry has by a name; none if it has none.
    fn registered(registry: &Registry, name: &str, table: toml::Table) -> Option<Self>;

    /// The names that a registry has.
    fn names(registry: &Registry) -> Vec<&str>;
}

/// Reads a table with one key.
pub(crate) fn one_key<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct OneKey<T>(PhantomData<T>);

    impl<'de, T: Named> Visitor<'de> for OneKey<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let example = T::BUILTIN.first().unwrap_or(&"name");
            write!(f, "a table with one key, the {}, such as {{ {example} = {{ .. }} }}", T::WHAT)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let Some(name) = map.next_key::<String>()? else {
                return Err(A::Error::custom(format!("expected a key, the {}: {}", T::WHAT, listed::<T>())));
            };
            let found = read_named(&name, &mut map)?;
            match map.next_key::<String>()? {
                None => Ok(found),
                Some(second) => {
                    Err(A::Error::custom(format!("expected one {}, found {name} and {second}", T::WHAT)))
                }
            }
        }
    }

    deserializer.deserialize_map(OneKey(PhantomData))
}

fn read_named<'de, T: Named, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<T, A::Error> {
    if T::BUILTIN.contains(&name) {
        return T::builtin(name, map);
    }
    let registry = Registry::current();
    if !T::names(&registry).contains(&name) {
        return Err(A::Error::custom(format!(
            "unknown {} `{name}`, expected one of {}",
            T::WHAT,
            listed::<T>()
        )));
    }
    let table: toml::Table = map.next_value()?;
    let found = T::registered(&registry, name, table);
    found.ok_or_else(|| A::Error::custom(format!("unknown {} `{name}`", T::WHAT)))
}

/// The names that there are.
fn listed<T: Named>() -> String {
    let registry = Registry::current();
    let names = T::BUILTIN.iter().copied().chain(T::names(&registry));
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Reads a table into a type; the key of what is wrong with it is from the table on.
pub(crate) fn typed<T: DeserializeOwned>(table: &toml::Table) -> Result<T, Invalid> {
    read(table).map_err(|e| Invalid { why: crate::experiment::in_words(&e.why), ..e })
}

/// What another crate has, by its name: its table is read when it is built, so that errors have their keys.
pub struct Other<T> {
    name: String,
    table: toml::Table,
    read: Reader<T>,
}

impl<T> Other<T> {
    /// What entries have by a name.
    pub(crate) fn of(entries: &Entries<T>, name: &str, table: toml::Table) -> Option<Other<T>> {
        let (name, read) = entries.iter().find(|(known, _)| known == name)?;
        Some(Other { name: name.clone(), table, read: read.clone() })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the table.
    ///
    /// # Errors
    /// The key, from the name on, and what is wrong with it.
    pub fn build(&self) -> Result<T, Invalid> {
        (self.read)(&self.table).map_err(|e| Invalid {
            key: if e.key.is_empty() { self.name.clone() } else { format!("{}.{}", self.name, e.key) },
            why: e.why,
        })
    }
}

impl<T> Clone for Other<T> {
    fn clone(&self) -> Other<T> {
        Other { name: self.name.clone(), table: self.table.clone(), read: self.read.clone() }
    }
}

impl<T> PartialEq for Other<T> {
    fn eq(&self, other: &Other<T>) -> bool {
        (&self.name, &self.table) == (&other.name, &other.table)
    }
}

impl<T> fmt::Debug for Other<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name, self.table)
    }
}

/// As files have it.
impl<T> Serialize for Other<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.name, &self.table)?;
        map.end()
    }
}
