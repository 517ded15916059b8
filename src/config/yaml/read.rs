//! Reading a tree into a shape, and finding every mistake on the way.
//!
//! serde stops at the first mistake. Here the value that holds it is taken for unset, or left out where that
//! cannot be, and reading starts again until what remains can be read: each round finds one mistake more, and
//! what depends on none is kept.

use super::fault::{Fault, Silence};
use super::node::{Content, Entry, Node, Place, Plain};
use super::value::AT;
use crate::domain::nearest::{nearest, suggest};
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: &str = "text";
const LIST: &str = "a list such as `[one, two]`";

/// More mistakes than this in one folder are not told one by one.
pub const MOST_FAULTS: usize = 200;

/// Reads the tree; None when nothing of it could be used. Whatever is wrong is in the faults.
pub fn read<T: DeserializeOwned>(root: &Node) -> (Option<T>, Vec<Fault>) {
    let reading = Reading::default();
    reading.repeated_keys(root);
    loop {
        let result = T::deserialize(NodeReader { node: root, reading: &reading });
        let fault = match result {
            Ok(value) => return (Some(value), reading.faults.into_inner()),
            Err(fault) => fault,
        };
        let node = fault.node.unwrap_or(root.id);
        if fault.silence == Silence::Tell {
            reading.faults.borrow_mut().push(fault);
        }
        let fresh = reading.told.borrow_mut().insert(node) || reading.dropped.borrow_mut().insert(node);
        if node == root.id || !fresh || reading.faults.borrow().len() > MOST_FAULTS {
            return (None, reading.faults.into_inner());
        }
    }
}

#[derive(Default)]
struct Reading {
    /// Values of which something was told: as good as unset.
    told: RefCell<BTreeSet<usize>>,
    /// Values that are left out, because what they stand for cannot be unset.
    dropped: RefCell<BTreeSet<usize>>,
    /// Values under a mistyped key, with the key that was probably meant: it is not missing.
    meant: RefCell<BTreeMap<usize, &'static str>>,
    faults: RefCell<Vec<Fault>>,
}

impl Reading {
    fn drops(&self, node: &Node) -> bool {
        self.dropped.borrow().contains(&node.id)
    }

    fn knows(&self, node: &Node) -> bool {
        self.told.borrow().contains(&node.id)
    }

    fn unknown_key(&self, entry: &Entry, map: &[Entry], fields: &'static [&'static str]) {
        self.told.borrow_mut().insert(entry.value.id);
        let meant = nearest(&entry.key, fields.iter().copied());
        let is_meant_once = |meant: &&str| {
            map.iter().all(|other| other.key != *meant)
                && !self.meant.borrow().iter().any(|(id, there)| there == meant && within(map, *id))
        };
        match meant.filter(is_meant_once) {
            Some(meant) => {
                self.meant.borrow_mut().insert(entry.value.id, meant);
            }
            None => {
                self.dropped.borrow_mut().insert(entry.value.id);
            }
        }
        let message = format!("`{}` is not a key here", entry.key);
        let hint = suggest(&entry.key, "the keys", fields.iter().copied());
        self.faults.borrow_mut().push(Fault::of_key(entry.key_place, message, hint));
    }

    fn repeated_keys(&self, node: &Node) {
        match &node.content {
            Content::Null | Content::Unset | Content::Scalar { .. } => {}
            Content::Seq(items) => items.iter().for_each(|item| self.repeated_keys(item)),
            Content::Map(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.repeated_keys(&entry.value);
                    let Some(first) = entries[..index].iter().find(|other| other.key == entry.key) else {
                        continue;
                    };
                    self.dropped.borrow_mut().insert(entry.value.id);
                    let message = format!("`{}` stands here twice", entry.key);
                    let fault = Fault::of_key(entry.key_place, message, None);
                    self.faults.borrow_mut().push(fault.after(first.key_place));
                }
            }
        }
    }
}

fn within(map: &[Entry], id: usize) -> bool {
    map.iter().any(|entry| entry.value.id == id)
}

#[derive(Clone, Copy)]
struct NodeReader<'a> {
    node: &'a Node,
    reading: &'a Reading,
}

impl<'a> NodeReader<'a> {
    fn content(&self) -> &'a Content {
        if self.reading.knows(self.node) { &Content::Unset } else { &self.node.content }
    }

    fn found(&self) -> String {
        match self.content() {
            Content::Null | Content::Unset => "nothing".to_owned(),
            Content::Scalar { text, .. } => format!("`{text}`"),
            Content::Seq(_) => "a list".to_owned(),
            Content::Map(_) => "a map".to_owned(),
        }
    }

    fn expected(&self, what: &str) -> Fault {
        let hint = match (self.content(), what) {
            (Content::Scalar { text, .. }, LIST) => format!("write `[{text}]`"),
            (Content::Null, _) => "write it behind the `:`, or take the key out".to_owned(),
            (Content::Seq(_) | Content::Map(_), TEXT) => "write one text, without brackets".to_owned(),
            (Content::Unset | Content::Scalar { .. } | Content::Seq(_) | Content::Map(_), _) => {
                format!("write {what}")
            }
        };
        let fault = Fault::hinted(format!("here stands {}, and {what} is expected", self.found()), hint);
        match self.content() {
            Content::Unset => fault.kept_silent().within(self.node),
            Content::Null | Content::Scalar { .. } | Content::Seq(_) | Content::Map(_) => {
                fault.within(self.node)
            }
        }
    }

    fn entries(&self, entries: &'a [Entry]) -> Entries<'a> {
        Entries { left: entries, written: entries.len(), reading: self.reading, value: None }
    }

    fn items(&self, items: &'a [Node]) -> Items<'a> {
        Items { left: items, reading: self.reading }
    }
}

impl<'de> Deserializer<'de> for NodeReader<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Null => visitor.visit_unit(),
            Content::Unset => Err(self.expected("a value")),
            Content::Scalar { text, plain } => match plain {
                Plain::Text => visitor.visit_str(text),
                Plain::Bool(value) => visitor.visit_bool(*value),
                Plain::Int(value) => visitor.visit_i64(*value),
                Plain::Float(value) => visitor.visit_f64(*value),
            },
            Content::Seq(items) => visitor.visit_seq(self.items(items)),
            Content::Map(entries) => visitor.visit_map(self.entries(entries)),
        }
        .map_err(|fault| fault.within(self.node))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Scalar { text, .. } => {
                visitor.visit_str(text).map_err(|fault: Fault| fault.within(self.node))
            }
            Content::Null | Content::Unset | Content::Seq(_) | Content::Map(_) => Err(self.expected(TEXT)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Scalar { plain: Plain::Bool(value), .. } => visitor.visit_bool(*value),
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Seq(_) | Content::Map(_) => {
                Err(self.expected("`true` or `false`"))
            }
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Scalar { plain: Plain::Int(value), .. } => {
                visitor.visit_i64(*value).map_err(|fault: Fault| fault.within(self.node))
            }
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Seq(_) | Content::Map(_) => {
                Err(self.expected("a whole number"))
            }
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Null => visitor.visit_none(),
            Content::Unset => visitor.visit_unit(),
            Content::Scalar { .. } | Content::Seq(_) | Content::Map(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match name {
            AT => visitor.visit_seq(Placed::new(self.node.place, self)),
            _ => self.deserialize_tuple(len, visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Seq(items) => {
                visitor.visit_seq(self.items(items)).map_err(|fault| fault.within(self.node))
            }
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Map(_) => {
                Err(self.expected(LIST))
            }
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Map(entries) => {
                visitor.visit_map(self.entries(entries)).map_err(|fault| fault.within(self.node))
            }
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Seq(_) => {
                Err(self.expected("a map such as `{ key: value }`"))
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Content::Map(entries) = self.content() {
            for entry in entries.iter().filter(|entry| !fields.contains(&entry.key.as_str())) {
                if !self.reading.knows(&entry.value) {
                    self.reading.unknown_key(entry, entries, fields);
                }
            }
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.content() {
            Content::Scalar { text, .. } => {
                let variant: StrDeserializer<'_, Fault> = text.as_str().into_deserializer();
                visitor.visit_enum(variant).map_err(|fault| fault.within(self.node))
            }
            Content::Null | Content::Unset | Content::Seq(_) | Content::Map(_) => {
                Err(self.expected("one word"))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char bytes byte_buf unit unit_struct identifier
    }
}

struct Items<'a> {
    left: &'a [Node],
    reading: &'a Reading,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        while let Some((node, left)) = self.left.split_first() {
            self.left = left;
            if !self.reading.drops(node) {
                let value = seed.deserialize(NodeReader { node, reading: self.reading });
                return value.map(Some).map_err(|fault| fault.within(node));
            }
        }
        Ok(None)
    }
}

struct Entries<'a> {
    left: &'a [Entry],
    /// How many entries stand in the file, those that are left out included.
    written: usize,
    reading: &'a Reading,
    value: Option<&'a Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn size_hint(&self) -> Option<usize> {
        Some(self.written)
    }

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        while let Some((entry, left)) = self.left.split_first() {
            self.left = left;
            if !self.reading.drops(&entry.value) {
                self.value = Some(&entry.value);
                let meant = self.reading.meant.borrow().get(&entry.value.id).copied();
                let key = meant.unwrap_or(&entry.key);
                return seed
                    .deserialize(KeyReader { entry, key })
                    .map(Some)
                    .map_err(|fault| fault.within_key(entry.value.id, entry.key_place));
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let node = self.value.take().ok_or_else(|| Fault::new("a key has no value".to_owned()))?;
        seed.deserialize(NodeReader { node, reading: self.reading }).map_err(|fault| fault.within(node))
    }
}

#[derive(Clone, Copy)]
struct KeyReader<'a> {
    entry: &'a Entry,
    key: &'a str,
}

impl<'de> Deserializer<'de> for KeyReader<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.key)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_seq(Placed::new(self.entry.key_place, self))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct seq tuple map struct enum identifier ignored_any
    }
}

/// A place and the value that stands there, as [`super::value::At`] takes them.
struct Placed<D> {
    place: Option<Place>,
    value: Option<D>,
}

impl<D> Placed<D> {
    fn new(place: Place, value: D) -> Self {
        Self { place: Some(place), value: Some(value) }
    }
}

impl<'de, D: Deserializer<'de, Error = Fault>> de::SeqAccess<'de> for Placed<D> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if let Some(place) = self.place.take() {
            let file = u32::try_from(place.file).unwrap_or(u32::MAX);
            let numbers = [file, place.line, place.column, place.width];
            return seed.deserialize(SeqDeserializer::new(numbers.into_iter())).map(Some);
        }
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}
