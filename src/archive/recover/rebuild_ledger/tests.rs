use super::*;
use crate::archive::format::codec::Codec;
use crate::archive::format::manifest::sample;

/// As it stands in the store before anything is known of it.
pub(super) fn entry(id: u32, standing: ManifestStatus) -> FoundManifest {
    FoundManifest {
        key: ObjectKey::new(format!("orders/messages/{id}.manifest.json")).unwrap(),
        sha256: String::new(),
        manifest: sample(),
        standing,
        archive_id: None,
        is_deleted: false,
        is_given_up: false,
        former: Vec::new(),
        held_by: Vec::new(),
    }
}

#[test]
fn a_manifest_belongs_only_where_its_own_objects_lie() {
    let range = ("2013-01-03T00:00:00Z".parse().unwrap(), "2013-01-10T00:00:00Z".parse().unwrap());
    let names = Names::new("orders", range, 1, 0xab, Codec::default()).unwrap();
    let mut manifest = sample();
    names.data.as_str().clone_into(&mut manifest.data.object);
    names.heads.as_str().clone_into(&mut manifest.heads.object);
    let of = |namespace: &str| Scope::new(namespace, "tsdb", "public");
    assert_eq!(misplaced(&of("orders"), &names.manifest, &manifest), None);
    let why = misplaced(&of("bills"), &names.manifest, &manifest).unwrap();
    assert!(why.contains("of namespace orders"), "{why}");
    let copy = ObjectKey::new(format!("{}.copy", names.manifest)).unwrap();
    assert!(misplaced(&of("orders"), &copy, &manifest).is_some(), "a copy under another name");
    let other = |key: &ObjectKey| key.as_str().replace("000000ab", "000000ac");
    let (mut data, mut heads) = (manifest.clone(), manifest);
    data.data.object = other(&names.data);
    heads.heads.object = other(&names.heads);
    for odd in [data, heads] {
        assert!(misplaced(&of("orders"), &names.manifest, &odd).is_some());
    }
}

#[test]
fn only_what_has_as_many_messages_and_reaches_as_far_may_cover_another() {
    let with = |messages, first, last| {
        let bounds = (Some(first), Some(last));
        Manifest { messages, first_global_position: bounds.0, last_global_position: bounds.1, ..sample() }
    };
    let old = with(5, 10, 20);
    assert!(covers(&with(5, 10, 20), &old) && covers(&with(6, 9, 21), &old));
    for less in [with(4, 9, 21), with(6, 11, 21), with(6, 9, 19), with(4, 11, 19)] {
        assert!(!covers(&less, &old), "{less:?}");
    }
}

#[test]
fn of_several_rows_the_one_that_counts_on_the_objects_tells_of_them() {
    let row = |id, state| ArchiveRow { manifest_key: Some("m".to_owned()), ..ArchiveRow::sample(id, state) };
    let key = ObjectKey::new("m").unwrap();
    let id = |rows: &[ArchiveRow]| row_of(rows, &key).map(|row| row.id);
    assert_eq!(id(&[row(1, State::Failed), row(2, State::Dropped), row(3, State::Expired)]), Some(2));
    assert_eq!(id(&[row(1, State::Failed), row(3, State::Expired), row(2, State::Failed)]), Some(3));
    assert_eq!(id(&[ArchiveRow::sample(1, State::Dropped)]), None, "of other objects");
}
