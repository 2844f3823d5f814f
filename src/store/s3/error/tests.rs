use super::*;

#[test]
fn access_key_ids_are_cut_from_what_a_service_says() {
    let said = without_key_ids("Forbidden: No such key: GK31c2f218a2e44f485b94239e, sorry");
    assert_eq!(said, "Forbidden: No such key: (key id), sorry");
    assert_eq!(without_key_ids("AKIAIOSFODNN7EXAMPLE"), "(key id)");
    assert_eq!(without_key_ids("a short GK1, kept"), "a short GK1, kept");
}

#[test]
fn an_answer_without_a_body_is_read_by_its_status() {
    assert_eq!(by_status(404, None, true), Class::NoKey);
    assert_eq!(by_status(403, None, true), Class::Denied);
    assert_eq!(by_status(404, None, false), Class::NotS3);
    assert_eq!(by_status(301, Some("eu-west-1".into()), true), Class::WrongRegion(Some("eu-west-1".into())));
    assert_eq!(by_status(503, None, false), Class::Server);
    assert_eq!(by_status(413, None, false), Class::TooLarge);
    assert_eq!(by_status(403, None, false), Class::NotS3);
    assert_eq!(by_status(400, None, true), Class::Other);
    assert_eq!(by_status(400, None, false), Class::NotS3);
}

#[test]
fn what_is_wrong_with_a_request_is_told_by_class_and_status_together() {
    let fault = |class, status| RequestFault {
        class,
        verdict: RetryVerdict::Final,
        status: Some(status),
        code: None,
        marker: None,
        text: String::new(),
    };
    let asks = |class, status| {
        let fault = fault(class, status);
        (fault.is_bad_request(), fault.may_mean_too_many_parts())
    };
    assert_eq!(asks(Class::Other, 400), (true, true));
    assert_eq!(asks(Class::Other, 422), (false, true));
    assert_eq!(asks(Class::NotS3, 400), (false, true));
    assert_eq!(asks(Class::Denied, 400), (false, false));
    assert_eq!(asks(Class::Other, 403), (false, false));
    assert_eq!(by_status(400, Some("eu-west-1".into()), true), Class::WrongRegion(Some("eu-west-1".into())));
}

#[test]
fn an_answer_with_a_code_is_read_by_it() {
    for (code, class) in [
        ("NoSuchBucket", Class::NoBucket),
        ("InvalidBucketName", Class::BadBucketName),
        ("NoSuchKey", Class::NoKey),
        ("NoSuchUpload", Class::NoUpload),
        ("NoSuchLifecycleConfiguration", Class::NoSetting),
        ("AccessDenied", Class::Denied),
        ("InvalidAccessKeyId", Class::UnknownKeyId),
        ("SignatureDoesNotMatch", Class::WrongSecret),
        ("RequestTimeTooSkewed", Class::ClockSkew),
        ("ExpiredToken", Class::ExpiredToken),
        ("PermanentRedirect", Class::WrongRegion(None)),
        ("RequestTimeout", Class::Timeout),
        ("BadDigest", Class::Altered),
        ("PreconditionFailed", Class::Precondition),
        ("OperationAborted", Class::RacingWrite),
        ("InvalidRange", Class::BadRange),
        ("NotImplemented", Class::NotImplemented),
        ("InvalidObjectState", Class::Frozen),
        ("RestoreAlreadyInProgress", Class::Thawing),
        ("InvalidStorageClass", Class::UnknownStorageKind),
        ("EntityTooLarge", Class::TooLarge),
        ("PathStyleNotAllowed", Class::HostStyleOnly),
        ("SomethingNew", Class::Other),
    ] {
        assert_eq!(by_code(code, 400, None), class, "{code}");
    }
    assert_eq!(by_code("SomethingNew", 413, None), Class::TooLarge);
    assert_eq!(by_code("SomethingNew", 505, None), Class::Server);
    assert_eq!(by_code("InternalError", 500, None), Class::Server);
    assert_eq!(by_code("SlowDown", 503, None), Class::Throttled);
}

#[test]
fn a_refusal_is_certain_and_a_lost_answer_is_not() {
    let fault = |class, status: Option<u16>| RequestFault {
        status,
        ..RequestFault::silent(
            class,
            status.map_or(RetryVerdict::Passing, |s| passing::of_answer(s, None)),
            String::new(),
        )
    };
    assert!(fault(Class::Timeout, None).is_ambiguous());
    assert!(fault(Class::Broken, None).is_ambiguous());
    assert!(fault(Class::Server, Some(500)).is_ambiguous());
    // By whoever stands before the service.
    assert!(fault(Class::Server, Some(408)).is_ambiguous());
    assert!(fault(Class::Other, Some(200)).is_ambiguous());
    assert!(fault(Class::Precondition, Some(412)).is_ambiguous());
    assert!(!fault(Class::Denied, Some(403)).is_ambiguous());
    assert!(!fault(Class::Refused, None).is_ambiguous());
    assert!(!fault(Class::NotImplemented, Some(501)).is_ambiguous());
}
