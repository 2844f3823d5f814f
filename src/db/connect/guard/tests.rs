use super::*;

/// A message about logging in.
fn question(code: u32, more: &[u8]) -> Vec<u8> {
    let length = u32::try_from(8 + more.len()).unwrap();
    [&b"R"[..], &length.to_be_bytes(), &code.to_be_bytes(), more].concat()
}

fn notice() -> Vec<u8> {
    [&b"N"[..], &17_u32.to_be_bytes(), b"R\0\0\0\x08\0\0\0\x03SOME"].concat()
}

fn watch(require: RequireAuth, protection: LineProtection) -> LoginWatch {
    LoginWatch { rules: Rules { require, protection }, was_asked: false, at: ParseState::Header([0; HEADER], 0) }
}

/// Whether each of these questions is let through, whatever pieces the bytes come in.
fn seen(require: &RequireAuth, protection: LineProtection, questions: &[u32]) -> Result<LoginProgress, LoginRefusal> {
    let messages: Vec<Vec<u8>> = questions.iter().map(|code| question(*code, b"salt and such")).collect();
    let bytes = [notice(), messages.concat()].concat();
    let whole = watch(require.clone(), protection).take(&bytes);
    for piece in [1, 2, 3, 7] {
        let mut watch = watch(require.clone(), protection);
        let last = bytes.chunks(piece).map(|piece| watch.take(piece)).find(|seen| *seen != Ok(LoginProgress::More));
        assert_eq!(last.unwrap_or(Ok(LoginProgress::More)), whole, "{piece}");
    }
    whole
}

const CLEAR: u32 = 3;
const MD5: u32 = 5;
const SASL: [u32; 3] = [10, 11, 12];
const OK: u32 = 0;

#[test]
fn the_password_itself_goes_only_where_nobody_else_can_hear_it_unless_it_is_asked_for() {
    let any = RequireAuth::Any;
    for protection in [LineProtection::ThisMachine, LineProtection::Proven] {
        assert_eq!(seen(&any, protection, &[CLEAR, OK]), Ok(LoginProgress::LetIn));
    }
    let named = RequireAuth::OneOf(vec![AuthMethod::ScramSha256, AuthMethod::Password]);
    let not_md5 = RequireAuth::NoneOf(vec![AuthMethod::Md5]);
    for protection in [LineProtection::Encrypted, LineProtection::Open] {
        assert_eq!(seen(&any, protection, &[CLEAR]), Err(LoginRefusal::ClearText(protection)));
        assert_eq!(seen(&not_md5, protection, &[CLEAR]), Err(LoginRefusal::ClearText(protection)));
        assert_eq!(seen(&any, protection, &[10, 11, CLEAR]), Err(LoginRefusal::ClearText(protection)));
        assert_eq!(seen(&named, protection, &[CLEAR, OK]), Ok(LoginProgress::LetIn));
        for asked in [&[MD5][..], &SASL, &[]] {
            assert_eq!(seen(&any, protection, &[asked, &[OK]].concat()), Ok(LoginProgress::LetIn), "{asked:?}");
        }
    }
}

#[test]
fn what_require_auth_does_not_have_is_refused_on_every_line() {
    let scram = RequireAuth::OneOf(vec![AuthMethod::ScramSha256]);
    let not_trust = RequireAuth::NoneOf(vec![AuthMethod::None, AuthMethod::Md5]);
    for protection in
        [LineProtection::ThisMachine, LineProtection::Proven, LineProtection::Encrypted, LineProtection::Open]
    {
        assert_eq!(seen(&scram, protection, &[&SASL[..], &[OK]].concat()), Ok(LoginProgress::LetIn));
        for (code, method) in [
            (CLEAR, AuthMethod::Password),
            (MD5, AuthMethod::Md5),
            (7, AuthMethod::Gss),
            (9, AuthMethod::Sspi),
            (OK, AuthMethod::None),
        ] {
            assert_eq!(seen(&scram, protection, &[code]), Err(LoginRefusal::NotAllowed(method)));
        }
        assert_eq!(seen(&not_trust, protection, &[OK]), Err(LoginRefusal::NotAllowed(AuthMethod::None)));
        assert_eq!(seen(&not_trust, protection, &[MD5]), Err(LoginRefusal::NotAllowed(AuthMethod::Md5)));
        assert_eq!(seen(&not_trust, protection, &[&SASL[..], &[OK]].concat()), Ok(LoginProgress::LetIn));
    }
}

#[test]
fn a_message_of_any_length_keeps_the_count() {
    let rules = || watch(RequireAuth::Any, LineProtection::Open);
    // Lengths that are too short, and one that never ends.
    for head in [&b"N\0\0\0\x04"[..], b"R\0\0\0\x04", b"R\0\0\0\x07abc", b"N\0\0\0\0"] {
        let bytes = [head, &question(CLEAR, b"")].concat();
        assert_eq!(rules().take(&bytes), Err(LoginRefusal::ClearText(LineProtection::Open)), "{head:?}");
    }
    let endless = [&b"N\xff\xff\xff\xff"[..], &question(CLEAR, b"")].concat();
    assert_eq!(rules().take(&endless), Ok(LoginProgress::More));
}
