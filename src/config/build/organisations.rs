//! The client organisations that a desk is switched on or off for.

use super::super::ledger::Ledger;
use super::super::shape::desk::OnOff;
use super::super::yaml::value::Listed;
use super::intake::OPTION;
use crate::domain::desk::Switched;
use crate::domain::organisation::{FIELD, folded};
use crate::domain::policy::Field;
use std::collections::BTreeMap;

/// Names that differ in capitals and spaces alone are one; a field has to say whose case it is.
pub fn organisations(
    ledger: &mut Ledger,
    listed: &Listed<OnOff>,
    fields: &[Field],
) -> BTreeMap<String, Switched> {
    let mut organisations: BTreeMap<String, Switched> = BTreeMap::new();
    for (name, switch) in &listed.0 {
        ledger.fits(name, "the name of this organisation", OPTION);
        if organisations.keys().any(|other| folded(other) == folded(name)) {
            ledger.error(
                name.place,
                format!(
                    "organisation `{}` stands here twice\nhint: capitals and spaces make no difference",
                    name.value
                ),
            );
        }
        let switched = match switch.value {
            OnOff::On => Switched::On,
            OnOff::Off => Switched::Off,
        };
        organisations.insert(name.value.clone(), switched);
    }
    let asked = fields.iter().any(|field| field.key.as_str() == FIELD);
    if let Some((first, _)) = listed.0.first().filter(|_| !asked) {
        ledger.warn(
            first.place,
            format!(
                "organisations are switched here, and nobody is asked for theirs\nhint: add a field with \
                 `key: {FIELD}`"
            ),
        );
    }
    organisations
}
