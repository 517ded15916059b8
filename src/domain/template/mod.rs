//! stand-in
use crate::domain::case::Part;
use crate::domain::effect::Problem;
use crate::domain::event::SharedFile;
use crate::domain::policy::{Field, Intake};
use crate::id::{FieldKey, UserId};
use std::collections::BTreeMap;
pub struct Filled {
    pub given: BTreeMap<FieldKey, String>,
    pub labelled: bool,
}
pub fn read_report(_p: &[Part], _f: &[Field], _g: Option<&str>) -> Filled {
    Filled { given: BTreeMap::new(), labelled: false }
}
pub fn problems(_f: &[Field], _g: &BTreeMap<FieldKey, String>, _files: &[SharedFile]) -> Vec<Problem> {
    Vec::new()
}
pub fn bare_reply(
    _f: &[Field],
    _g: &BTreeMap<FieldKey, String>,
    _t: &str,
    _files: &[SharedFile],
) -> Option<(FieldKey, String)> {
    None
}
pub fn normalise(_f: &Field, t: &str) -> String {
    t.to_owned()
}
pub fn has_template_mark(_t: &str, _i: &Intake, _b: &UserId) -> bool {
    true
}
