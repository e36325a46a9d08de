//! Each part of the harness proven alone, so that a red whole-flow test speaks of the product.

use std::process::Command;

use ventanilla_tests::browser::Phone;
use ventanilla_tests::mail::MailServer;
use ventanilla_tests::paper::{self, TestPrinter};
use ventanilla_tests::screen::Screen;

#[test]
fn a_display_of_its_own_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let screen = Screen::start(folder.path());
    let mut command = Command::new("xdotool");
    command.arg("getdisplaygeometry");
    screen.dress(&mut command, folder.path());
    let out = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), "1366 768");
}

#[test]
fn the_phone_opens_a_page_and_axe_sees_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::start(folder.path());
    phone.page.goto("data:text/html;charset=utf-8,<html lang=es><title>t</title><main><h1>Hola, ñandú</h1><input id=a></main></html>");
    phone.page.fill("#a", "Ñ1!");
    assert_eq!(phone.page.value("#a"), "Ñ1!");
    assert_eq!(phone.page.text("h1"), "Hola, ñandú");
    let wrong = phone.page.axe();
    assert!(wrong.iter().any(|w| w.starts_with("label")), "{wrong:?}");
}

#[test]
fn the_mail_server_takes_puts_off_refuses_and_reports() {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    let folder = tempfile::tempdir().unwrap();
    let mail = MailServer::start(folder.path());
    let send = || {
        let stream = TcpStream::connect(("127.0.0.1", mail.port())).unwrap();
        let (mut lines, mut out) = (BufReader::new(stream.try_clone().unwrap()), stream);
        lines.read_line(&mut String::new()).unwrap();
        let mut say = |text: &str| {
            out.write_all(format!("{text}\r\n").as_bytes()).unwrap();
            loop {
                let mut line = String::new();
                lines.read_line(&mut line).unwrap();
                if line.as_bytes().get(3) != Some(&b'-') {
                    return line;
                }
            }
        };
        say("EHLO prueba.example");
        say("MAIL FROM:<b-1@rebotes.example>");
        let taken = say("RCPT TO:<maría@trigo.example>");
        if !taken.starts_with('2') {
            return taken;
        }
        say("DATA");
        say(
            "Subject: =?UTF-8?Q?Clave_de_do=C3=B1a?=\r\nMessage-ID: <1@x>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nAbra http://127.0.0.1:9/clave/abc=\r\ndef ahora.\r\n.",
        )
    };
    assert!(send().starts_with("250"));
    let got = &mail.mails()[0];
    assert_eq!(got.subject, "Clave de doña");
    assert_eq!(got.link().as_deref(), Some("http://127.0.0.1:9/clave/abcdef"));
    mail.greylist(1);
    assert!(send().starts_with("451"));
    assert!(send().starts_with("250"));
    assert_eq!(mail.attempts(), 2);
    mail.refuse();
    assert!(send().starts_with("550"));
    let bounces = TcpListener::bind("127.0.0.1:0").unwrap();
    mail.bounce(&bounces.local_addr().unwrap().to_string());
    assert!(send().starts_with("250"));
    let (mut peer, _) = bounces.accept().unwrap();
    let mut lines = BufReader::new(peer.try_clone().unwrap());
    peer.write_all(b"220 x\r\n").unwrap();
    let mut heard = String::new();
    while !heard.contains("RCPT TO:<b-1@rebotes.example>") {
        lines.read_line(&mut heard).unwrap();
        peer.write_all(b"250 x\r\n").unwrap();
    }
    assert!(heard.contains("MAIL FROM:<>"), "{heard}");
}

#[test]
fn the_printer_keeps_what_it_got_and_its_words_can_be_read() {
    use ventanilla_receipt::{JobState, Paper, Printer, render};
    let folder = tempfile::tempdir().unwrap();
    let printer = TestPrinter::start();
    let sheet = render(&ventanilla_receipt::testing::sample(), Paper::A5).unwrap();
    let job = printer.client().submit("prueba", &sheet).unwrap();
    assert_eq!(printer.wait_for(&job, JobState::is_final).unwrap(), JobState::Printed);
    let received = paper::documents(&printer);
    assert!(received == [sheet.pdf], "byte for byte, once");
    let words = paper::words(&received[0], folder.path());
    for expected in ["María Nuñez Quishpe", "1790012345001"] {
        assert!(words.contains(expected), "{words}");
    }
}

#[test]
fn webkit_is_driven_on_a_trivial_page() {
    use serde_json::{Map, Value, json};
    use ventanilla_tests::driver::{Key, Page};
    use ventanilla_tests::process::{Process, free_port, wait_for};
    let folder = tempfile::tempdir().unwrap();
    let screen = Screen::start(folder.path());
    let port = free_port();
    let mut command = Command::new("WebKitWebDriver");
    command.arg(format!("--port={port}")).env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
    screen.dress(&mut command, &folder.path().join("home"));
    let _driver = Process::start("webkit", &mut command, folder.path());
    wait_for("the driver", std::time::Duration::from_secs(20), || {
        ureq::get(format!("http://127.0.0.1:{port}/status")).call().ok()
    });
    let browser = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
    let capabilities: Map<String, Value> =
        serde_json::from_value(json!({"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}}))
            .unwrap();
    let page = Page::open(port, capabilities);
    page.goto(
        "data:text/html;charset=utf-8,<title>t</title><input id=a onkeydown='last.innerText=event.key'><p id=last>",
    );
    page.click("#a");
    page.keys("Señora 1");
    page.press(Key::F8);
    assert_eq!(page.value("#a"), "Señora 1");
    page.wait_text("#last", "F8");
    assert!(page.picture().starts_with(b"\x89PNG"));
}
