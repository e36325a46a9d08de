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
