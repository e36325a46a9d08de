### Everything that is printed: receipts, slips, labels, the day report.

paper-institution = Instituto Ecuatoriano de Seguridad Social

## One title (what the paper is) and one outcome (what happened) per kind

paper-title-key-restored = Comprobante
paper-title-link-not-completed = Constancia de atención
paper-title-returned = Hoja de devolución
paper-title-diverted = Hoja de derivación
paper-title-archive-label = Archivo
paper-title-day-report = Reporte del día

paper-outcome-key-restored = Clave registrada
paper-outcome-link-not-completed = Enlace no completado
paper-outcome-returned = Trámite devuelto
paper-outcome-diverted = Trámite derivado
paper-outcome-archive-label = Carta de solicitud
paper-outcome-day-report = Cierre de la jornada

## Facts

paper-employer = Empleador
paper-ruc = RUC
paper-representative = Representante
paper-cedula = C.I. { $number }
paper-procedure = Trámite
paper-ticket = Turno
paper-ticket-served = { $ticket }, atendido { $from } a { $to }
paper-served-by = Atendió
paper-clerk-at = { $clerk }, ventanilla{"\u00A0"}{ $counter }
paper-date = { $day } de { $month } de { $year }, { $time }
paper-month = { $month ->
    [m01] enero
    [m02] febrero
    [m03] marzo
    [m04] abril
    [m05] mayo
    [m06] junio
    [m07] julio
    [m08] agosto
    [m09] septiembre
    [m10] octubre
    [m11] noviembre
   *[m12] diciembre
}

## Sections

paper-checks = Verificado en ventanilla
paper-items = Qué falta
paper-item-wrong = Motivo: { $wrong }
paper-item-remedy = Dónde corregirlo: { $remedy }
paper-next-steps = Qué hacer ahora
paper-deadline = Puede completarlo hasta
paper-figures = Cifras

## At the foot

paper-verify = Verifique este documento con su código.
paper-signed-institute = Firmado por el Instituto.
paper-signed-desk = Emitido sin conexión; firmado por el equipo de la ventanilla.
paper-not-you = Si usted no pidió este trámite, avise en cualquier centro o al correo registrado.
paper-advice = Cambie la clave cada 90 días y no la comparta con nadie.
paper-originals = Los documentos originales se le devolvieron en ventanilla.
paper-page = { $number } · página { $page } de { $pages }

## Unmistakable marks

paper-training = Capacitación
paper-training-line = Capacitación: sin validez
paper-duplicate = Duplicata

## What a slip says about a case; the desk composes it

slip-procedure = Restablecimiento de la clave de empleador
slip-check-original = { $document }: original a la vista
slip-check-online = { $document }: consultado en línea
slip-check-registries = SRI y Registro Civil consultados y conformes
slip-check-address = Correo dicho por el representante, igual al registrado: { $email }
slip-fact-key-set = Clave registrada
slip-fact-key-set-at = a las { $time }, por el representante
slip-fact-archive = Carta archivada
slip-fact-link = Enlace
slip-fact-link-cancelled = anulado; ya no sirve
slip-fact-link-expired = vencido sin usarse
slip-deadline = { $date }, en este centro
slip-date = { $day } de { $month } de { $year }
slip-at-time = { $date }, desde las { $time }

slip-remedy-cedula = Cédula original y vigente del representante legal; se renueva en el Registro Civil.
slip-remedy-ruc-printout = RUC impreso de los últimos { $days } días que diga ACTIVO; se descarga de www.sri.gob.ec.
slip-remedy-turno = Turno de ese día para este centro y este empleador; también se da en ventanilla.
slip-remedy-request-letter = Carta de solicitud original de los últimos { $days } días, firmada por el representante legal.
slip-remedy-request-letter-joint = Carta de solicitud original de los últimos { $days } días, firmada también por { $name }.
slip-remedy-appointment = Nombramiento vigente, inscrito en { $registry }.
slip-registry-company = la Superintendencia de Compañías o el Registro Mercantil
slip-registry-other = la entidad que registra a la organización
slip-registry-public = el acto administrativo de la entidad

slip-next-return = Vuelva a este centro con lo que falta y pida turno en ventanilla. Lo ya revisado queda anotado; los originales se ven de nuevo.
slip-next-unchecked = Traiga también lo que hoy no se revisó: { $documents }.
slip-next-online = O pida turno en www.iess.gob.ec: Empresas/Empleadores › Servicios en Línea › Generación / Recuperación de Clave.

slip-next-mail = Revise el correo no deseado y permita los mensajes de iess.gob.ec en el filtro de su correo.
slip-next-browser = Use Chrome o Firefox al día, con caché y cookies borradas.
slip-next-window = El enlace vale 3 minutos: ábralo y registre la clave con el correo a la mano.
slip-next-come-back = Vuelva a un centro con turno, o pida el enlace en www.iess.gob.ec: Empresas/Empleadores › Servicios en Línea › Generación / Recuperación de Clave.
slip-next-stale-mail = Si ya no usa ese correo, pida antes la actualización de datos de contacto.

slip-next-stale-email = El correo que usted usa no es el que consta registrado; el enlace solo se envía al registrado.
slip-next-no-email-update = Pida la actualización de datos de contacto: en persona con la cédula original del representante, o con firma electrónica.
slip-next-no-email-code = El correo nuevo cuenta cuando usted ingresa el código que llega a ese correo.
slip-next-then-key = Después pida otra vez el restablecimiento de la clave.
slip-next-blocked-unlock = Pida el «Desbloqueo de Clave» en www.iess.gob.ec: Empresas/Empleadores › Servicios en Línea.
slip-next-blocked-fingerprints = Si tiene huellas registradas, se desbloquea al confirmar el enlace que llega a su teléfono o correo.
slip-next-blocked-virtual = Si no las tiene, pida un «Turno Virtual» para verificar su identidad en persona o por video.
slip-next-ruc-activate = Regularice el RUC en el SRI: hoy consta como { $status }.
slip-next-ruc-return = Cuando conste como ACTIVO, vuelva con el RUC impreso.
slip-next-appointment-renew = Inscriba el nombramiento vigente en { $registry }.
slip-next-appointment-return = Vuelva con el nombramiento inscrito; un representante nuevo actualiza primero el correo y el teléfono.
slip-next-registry-down = El Registro Civil no respondió («Error de Conexión con el Registro Civil»). Vuelva { $when }.
slip-next-registry-down-later = El Registro Civil no respondió («Error de Conexión con el Registro Civil»). Vuelva otro día.
slip-next-registry-kept = Su expediente queda anotado; no pierde lo ya revisado.

slip-note-secondary = Si otras personas usan el sistema, cree usuarios secundarios en lugar de compartir la clave.
slip-note-contact = Mantenga al día el correo y el teléfono registrados.
slip-note-personal = Su clave personal de afiliado también debe estar habilitada.
slip-note-arrears = Consta mora patronal: mientras dure no hay Certificado de Cumplimiento, contratos públicos ni créditos, y sus trabajadores no acceden a préstamos quirografarios ni a la atención de salud.

## Why a sheet does not come out, by the printer's report

print-reason-print-sending = Se está entregando a la impresora
print-reason-print-out-of-paper = Falta papel
print-reason-print-jam = Papel atascado: ábrala, retírelo y ciérrela; sigue sola
print-reason-print-cover-open = Tapa abierta: ciérrela y sigue sola
print-reason-print-no-ink = Falta tinta o cinta
print-reason-print-paused = La impresora está en pausa
print-reason-print-unreachable = El servicio de impresión no llega a la impresora
print-reason-print-held = El trabajo está retenido en la impresora
print-reason-print-stopped = La impresora se detuvo; mire su pantalla
print-reason-print-aborted = La impresora descartó la hoja
print-reason-print-canceled = Alguien canceló la hoja en la impresora
print-reason-print-job-unknown = La impresora ya no sabe de esta hoja; mire si salió
print-reason-printer-gone = La impresora está apagada o sin red
print-reason-printer-silent = La impresora no contesta
print-reason-printer-unanswered = No se sabe si salió: la impresora no contestó; mire si hay una hoja
print-reason-printer-refused = La impresora no aceptó la hoja
print-reason-printer-no-pdf = La impresora no admite este formato
print-reason-printer-address = La dirección de la impresora en la configuración no vale
print-reason-printer-garbled = La impresora contestó algo que no se entiende
print-reason-paper-pdf = La hoja no se pudo preparar; avise a sistemas
