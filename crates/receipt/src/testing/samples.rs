//! Fictional documents: the plain receipt, and one of each kind with the longest content that a counter sees.

use chrono::NaiveDate;

use crate::{CheckLine, Document, Fact, Kind, Party, Signer, SlipItem};

/// The receipt of the design's picture: what a benchmark renders.
#[must_use]
pub fn sample() -> Document {
    let at = NaiveDate::from_ymd_opt(2026, 11, 23).and_then(|d| d.and_hms_opt(10, 50, 0)).unwrap_or_default();
    let check = |text: &str| CheckLine { ok: true, text: text.to_owned() };
    Document {
        kind: Kind::KeyRestored,
        number: "QS-3-2026-000814".to_owned(),
        center: "Centro de Atención Universal Quito Sur".to_owned(),
        at,
        training: false,
        duplicate: false,
        employer: Some(Party {
            name: "Panadería El Trigo S.A.S.".to_owned(),
            ruc: "1790012345001".to_owned(),
            representative: "María Nuñez Quishpe".to_owned(),
            cedula: "17••••••03".to_owned(),
        }),
        procedure: "Restablecimiento de la clave de empleador".to_owned(),
        ticket: "A-014".to_owned(),
        served: Some(("10:42".to_owned(), "10:50".to_owned())),
        clerk: "L. Andrade".to_owned(),
        counter: "3".to_owned(),
        checks: vec![
            check("Cédula original, vista"),
            check("RUC activo, consultado en línea"),
            check("Turno de hoy"),
            check("Carta firmada, archivo CAU-QS-2026-04417"),
            check("Nombramiento vigente, Registro Mercantil"),
        ],
        items: vec![],
        facts: vec![],
        next_steps: vec![],
        deadline: None,
        qr: Some(
            "VENTANILLA1.QS-3-2026-000814.20261123T1050.1790012345001.k7.\
             mB3qfZl0v2Q5yJrTtW8xkN1dHcUeGpAoSiLbRwXzYsVnKjDfMhCgEuPaOyIqTlBm4F6s9R2d7K0w3x5Z8v1Q=="
                .to_owned(),
        ),
        signed_by: Signer::Institute,
        notes: vec![],
    }
}

fn item(document: &str, wrong: &str, remedy: &str) -> SlipItem {
    SlipItem { document: document.to_owned(), wrong: wrong.to_owned(), remedy: remedy.to_owned() }
}

fn long_names() -> Party {
    Party {
        name: "Asociación Interprovincial de Productoras y Productores Agroecológicos «Ñukanchik Allpa» de Cañar y \
               Azuay en Liquidación"
            .to_owned(),
        ruc: "0190•••••••01".to_owned(),
        representative: "María de los Ángeles Güiracocha-Zhunaula Ñauñay viuda de Peñafiel".to_owned(),
        cedula: "01••••••47".to_owned(),
    }
}

/// One of each kind, named; then the marks and the long contents.
#[must_use]
pub fn gallery() -> Vec<(&'static str, Document)> {
    let plain = sample();
    let incomplete = Document {
        kind: Kind::LinkNotCompleted,
        number: "QS-3-2026-000815".to_owned(),
        next_steps: vec![
            "Recupere el acceso a su correo m•••••@trigo.ec o pida su actualización en ventanilla.".to_owned(),
            "Vuelva con los mismos documentos; no necesita otro turno hoy.".to_owned(),
        ],
        deadline: Some("lunes 7 de diciembre de 2026".to_owned()),
        ..plain.clone()
    };
    let returned = Document {
        kind: Kind::Returned,
        number: "QS-3-2026-000816".to_owned(),
        checks: vec![
            CheckLine { ok: true, text: "Cédula original, vista".to_owned() },
            CheckLine { ok: true, text: "RUC activo, consultado en línea".to_owned() },
            CheckLine { ok: false, text: "Carta de solicitud sin firma".to_owned() },
            CheckLine { ok: false, text: "Nombramiento vencido".to_owned() },
        ],
        items: vec![
            item(
                "Carta de solicitud de restablecimiento",
                "no lleva la firma del representante legal",
                "fírmela en original; el modelo está en iess.gob.ec, Empleadores",
            ),
            item(
                "Nombramiento del representante legal",
                "su período terminó el 14 de marzo de 2026",
                "Registro Mercantil del cantón Quito, con el acta de la junta que lo renueva",
            ),
        ],
        deadline: Some("lunes 7 de diciembre de 2026".to_owned()),
        signed_by: Signer::Desk,
        ..plain.clone()
    };
    let diverted = Document {
        kind: Kind::Diverted,
        number: "QS-3-2026-000817".to_owned(),
        checks: vec![],
        next_steps: vec![
            "Actualice su correo en la ventanilla 7, Actualización de datos, hoy hasta las 16:30.".to_owned(),
            "Registro Civil no respondía a las 10:52: vuelva desde las 11:52 con este papel.".to_owned(),
        ],
        qr: None,
        notes: vec!["Su puesto en la fila queda guardado.".to_owned()],
        ..plain.clone()
    };
    let label = Document {
        kind: Kind::ArchiveLabel,
        number: "CAU-QS-2026-04417".to_owned(),
        procedure: String::new(),
        served: None,
        checks: vec![],
        qr: None,
        ..plain.clone()
    };
    let figure = |label: &str, value: &str| Fact { label: label.to_owned(), value: value.to_owned() };
    let day = Document {
        kind: Kind::DayReport,
        number: "QS-2026-11-23".to_owned(),
        employer: None,
        procedure: String::new(),
        ticket: String::new(),
        served: None,
        clerk: "R. Paredes, supervisora".to_owned(),
        counter: String::new(),
        checks: vec![],
        facts: vec![
            figure("Atendidos", "41"),
            figure("Claves registradas", "33"),
            figure("Devueltos", "5"),
            figure("Derivados", "2"),
            figure("Enlace no completado", "1"),
            figure("Espera", "9 min (p90: 21 min)"),
            figure("Cadena", "9f3c 77a1 02be 5d40 c6e8 11f7 a93b 4e20"),
        ],
        notes: vec!["Firma de la supervisora: ______________________".to_owned()],
        ..plain.clone()
    };
    let long = Document {
        employer: Some(long_names()),
        clerk: "Wladimir Andrés Échanove-Iturralde Montúfar".to_owned(),
        notes: vec![
            "Escriba a contabilidad.y.asesoria.tributaria@asociaciondeproductorasagroecologicas-canar.com.ec"
                .to_owned(),
        ],
        training: true,
        duplicate: true,
        ..plain.clone()
    };
    let many = Document {
        items: (1..=9)
            .map(|n| {
                item(
                    &format!("Documento {n} del expediente"),
                    "no coincide con el registro consultado hoy a las 10:44 en presencia de la persona",
                    "Registro Mercantil, o Superintendencia de Compañías si es sociedad anónima",
                )
            })
            .collect(),
        employer: Some(long_names()),
        training: true,
        ..returned.clone()
    };
    vec![
        ("key-restored", plain.clone()),
        ("link-not-completed", incomplete),
        ("returned", returned),
        ("diverted", diverted),
        ("archive-label", label),
        ("day-report", day),
        ("duplicate", Document { duplicate: true, ..plain.clone() }),
        ("training", Document { training: true, ..plain }),
        ("training-duplicate-long", long),
        ("training-many", many),
    ]
}
