//! Large records in pieces: sled keeps pages above 128 KiB in files that it never syncs, so no value may grow.

use super::key;

/// The largest value in the tree, in bytes. A page holds sixteen, so that none reaches the size of a blob.
pub(super) const LARGEST: usize = 7 * 1024;

/// The first byte of a value that only says how many pieces there are; JSON never begins so.
const PIECED: u8 = 1;

/// One change of the tree: a key, and its new value or none.
pub(super) type Change = (Vec<u8>, Option<Vec<u8>>);

/// How many pieces the stored value has; 0 when it stands whole.
fn count(value: &[u8]) -> u32 {
    match value {
        [PIECED, a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

/// The changes that put `value` (or nothing) at `key`, over what stands there now.
pub(super) fn put(key: &[u8], value: Option<&[u8]>, standing: Option<&[u8]>) -> Vec<Change> {
    let before = standing.map_or(0, count);
    let mut after = 0;
    let mut changes = Vec::new();
    match value {
        Some(large) if large.len() > LARGEST => {
            for chunk in large.chunks(LARGEST) {
                changes.push((key::piece(key, after), Some(chunk.to_vec())));
                after += 1;
            }
            let mut head = vec![PIECED];
            head.extend_from_slice(&after.to_be_bytes());
            changes.push((key.to_vec(), Some(head)));
        }
        Some(small) => changes.push((key.to_vec(), Some(small.to_vec()))),
        None => changes.push((key.to_vec(), None)),
    }
    changes.extend((after..before).map(|nth| (key::piece(key, nth), None)));
    changes
}

/// The whole value at `key`, of which the tree gave `head`.
pub(super) fn whole(tree: &sled::Tree, key: &[u8], head: sled::IVec) -> sled::Result<sled::IVec> {
    let pieces = count(&head);
    if pieces == 0 {
        return Ok(head);
    }
    let mut value = Vec::new();
    for nth in 0..pieces {
        if let Some(chunk) = tree.get(key::piece(key, nth))? {
            value.extend_from_slice(&chunk);
        }
    }
    Ok(value.into())
}
