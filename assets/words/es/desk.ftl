### What the clerk's window says, and the desk's own errors. Usted; short; the act first.

desk-language = es
desk-product = Ventanilla
desk-counter = { $center } · Ventanilla { $counter }
desk-loading = Abriendo la estación…
desk-connected = Conectado
desk-disconnected = Sin conexión
desk-training-band = CAPACITACIÓN: empleadores ficticios, nada de esto es real
desk-training-label = Capacitación
desk-mailbox = Abrir el buzón de capacitación
desk-offline-band = Sin conexión. Último contacto { $age }. El trabajo con el expediente sigue y queda guardado; los enlaces no salen hasta que vuelva la línea.
desk-offline-never = sin contacto desde que se abrió
desk-unsent = { $count ->
    [one] Un acto por enviar.
   *[other] { $count } actos por enviar.
}
desk-age-seconds = hace { $n } s
desk-age-minutes = hace { $n } min
desk-age-hours = hace { $h } h { $m } min
desk-until = Se puede intentar de nuevo desde las { $time }.
desk-unsent-mark = { $count } por enviar
desk-quarantined = Envíos detenidos
desk-quarantined-why = El servidor apartó lo que envió esta estación. Siga atendiendo y avise al personal de sistemas.
desk-minutes = { $n } min
desk-hours = { $h } h { $m } min
desk-less-than-minute = <1 min
desk-none = —
desk-dismiss = Quitar aviso
desk-refusal = No procede
desk-breakdown = Falla
desk-ipc-failed = La ventana no pudo hablar con la estación.
desk-ipc-failed-hint = Cierre Ventanilla y ábrala de nuevo; lo guardado no se pierde.

## Sign-in and lock

session-title = Ingreso
session-lead = Ingrese con su usuario y su PIN.
session-username = Usuario
session-pin = PIN
session-passphrase = Frase de la estación
session-passphrase-why = Este equipo no guarda un secreto propio; la frase la da el administrador.
session-enter = Ingresar
session-training-title = Personal ficticio de hoy
session-training-why = Elija una persona. El PIN se creó para este día de práctica.
session-training-pin = PIN de hoy { $pin }
session-not-enrolled-title = Esta estación no está enrolada
session-not-enrolled-text = El personal de sistemas la enrola una sola vez con el código que entrega el servidor.
session-not-enrolled-command = ventanilla enroll
session-retry = Revisar de nuevo
session-start-again = Reintentar
session-quit = Salir
session-locked-title = Sesión bloqueada
session-locked-text = El expediente queda como estaba. Ingrese su PIN para continuar.
session-unlock = Desbloquear
session-other-clerk = Otra persona
session-lock = Bloquear
session-sign-out = Cerrar sesión
session-role-clerk = { $name }
session-role-supervisor = { $name }, supervisión

## Queue

queue-title = Cola
queue-search = Buscar turno, RUC, nombre
queue-search-results = { $count ->
    [0] Sin resultados
    [one] Un resultado
   *[other] { $count } resultados
}
queue-check-in-which = Elija una cita en la cola y pulse F7 cuando la persona llegue.
queue-serving = En atención
queue-waiting = Esperan · { $count }
queue-upcoming = Citas próximas · { $count }
queue-nobody-serving = Nadie en ventanilla
queue-nobody-waiting = Nadie espera
queue-retry-due = Reintente
queue-retry-due-said = Ya se puede reintentar el caso { $ticket }.
queue-unprinted = { $count ->
    [one] Un comprobante sin imprimir
   *[other] { $count } comprobantes sin imprimir
}
queue-more = y { $count } más: use la búsqueda
queue-preferential = preferencial
queue-walk-in = sin cita
queue-elsewhere = ventanilla { $counter }
queue-elsewhere-unknown = otra ventanilla
queue-served-today = { $count ->
    [one] Hoy un atendido
   *[other] Hoy { $count } atendidos
}
queue-p90 = Espera { $n } min
queue-p90-title = Nueve de cada diez personas esperaron hoy { $n } min o menos
queue-wait-spoken = espera { $time }
queue-service-spoken = en atención { $time }
queue-appointed-spoken = cita { $time }

## Case states

state-scheduled = Con cita
state-waiting = En espera
state-called = Llamado
state-in-service = En atención
state-on-hold = En pausa
state-closed = Cerrado

## The case

case-title = Expediente { $ticket }
case-title-sub = Recuperación de clave
case-called-at = llamado { $time }
case-appointed = cita { $time }
case-empty-title = ¿A quién le toca?
case-empty-next = Sigue { $ticket }, { $person }.
case-empty-waits = Espera { $time }.
case-empty-nobody = Nadie espera en este momento.
case-empty-walk-in = Si llega alguien sin cita, déle turno con F3.
case-called-text = El turno está llamado. Cuando la persona esté ante usted, comience.
case-here = La persona está aquí
case-waiting-text = Espera en la sala. Con F2 se llama en el orden de atención.
case-call-this = Llamar a esta persona
case-check-in = Registrar llegada
case-check-in-preferential = Llegada preferencial
case-scheduled-text = Tiene cita a las { $time }. Todavía no registra su llegada.
case-scheduled-text-plain = Todavía no registra su llegada.
case-elsewhere-text = Lo atiende la ventanilla { $counter }.
case-elsewhere-text-unknown = Lo atiende otra ventanilla.
case-foreign-text = Lo tiene { $name } ({ $state }). Al tomarlo queda a su nombre y se ve completo.
case-foreign-somebody = otra persona
case-foreign-why = Este caso lo tiene otra persona: primero tómelo con Enter.
case-take-over = Tomar el caso
case-hold-title = En pausa
case-hold-retry = Reintente desde las { $time }.
case-hold-retry-due = Ya se puede reintentar.
case-resume = Reanudar la atención
case-closed-title = Caso cerrado · { $outcome }
case-closed-at = Cerrado a las { $time }
case-reopen = Reabrir el trámite
case-reopen-why = Puede completarse: lo verificado antes queda visible y los originales se ven de nuevo.
case-next = Llamar siguiente
case-registry-asking = Consultando SRI y Registro Civil…
case-registry-again = Consultar de nuevo
case-registry-hold = Poner en pausa
case-missing-of = { $count ->
    [0] Expediente completo
    [one] Falta { $count } de { $total }
   *[other] Faltan { $count } de { $total }
}
case-documents = Documentos del expediente
case-barred-text = Este trámite sigue por otra vía. Al cerrar se imprime lo que la persona debe hacer.
case-return-text = No queda nada por revisar. Al cerrar se imprime lo que falta y lo que la persona debe hacer.
case-called-said = { $ticket }, { $person }
hold-registro-civil-down = El Registro Civil no responde. El expediente queda guardado.
hold-backend-unreachable = El servidor no responde.
hold-at-the-counter = Pausa pedida en ventanilla.

## Documents

document-cedula = Cédula original
document-ruc-printout = RUC impreso
document-turno = Turno
document-request-letter = Carta de solicitud
document-appointment = Nombramiento
standing-pending = Pendiente
standing-accepted = Conforme
standing-refused = Rechazado
standing-stopped = No procede
standing-here = Aquí está usted
seen-original = Original vista
seen-consulted-online = Consultado en línea
doc-accept-original = Conforme, original vista
doc-accept-online = Conforme, en línea
doc-refuse = Rechazar con motivo
doc-take-back = Corregir
doc-see-original = Vi el original
doc-date = Fecha del documento
doc-date-hint = día/mes/año
doc-date-first = Anotar la fecha
doc-cedula = Número de la cédula mostrada
doc-cedula-hint = 10 dígitos o escáner
doc-second-signature = Firma también { $name }
doc-reasons = Motivo del rechazo de: { $document }
doc-reasons-help = Pulse la letra del motivo. Esc vuelve sin rechazar.
reason-missing = No lo trajo
reason-illegible = Ilegible o dañado
reason-wrong-person = Es de otra persona
reason-expired = Vencido o muy antiguo
reason-not-signed = Sin firma del representante
reason-not-original = Es copia, se pide el original
reason-contradicts = Contradice al registro

## Facts beside a document

fact-number = Número
fact-holder = Titular
fact-expires = Vence
fact-status = Estado
fact-issued = Emitido
fact-appointed = Cita
fact-issued-here = Emitido aquí
fact-signature = Firma
fact-signature-question = ¿Es de { $name }, representante legal?
fact-second-signature = 2.ª firma
fact-dated = Fecha
fact-archive = Archivo
fact-registry = Registro
fact-registered-on = Inscrito
fact-valid-until = Vigente hasta
fact-representation = Representación
code-supercias = Superintendencia de Compañías
code-registro-mercantil = Registro Mercantil
code-seps = Superintendencia de Economía Popular y Solidaria
code-ministry = Ministerio
code-public-act = Acto público
code-individual = individual
code-joint = conjunta
code-active = Activo
code-suspended = Suspendido
code-cancelled = Cancelado
code-today = hoy
code-no-end = sin plazo
code-this-centre = este centro
code-other-centre = otro centro
code-walk-in = turno dado en ventanilla
code-matches = coincide
code-differs = no coincide
code-duplicate = duplicata
code-number = número

## What the machine found, said where it does not hold

check-cedula-is-the-representatives = La cédula no es la del representante legal.
check-cedula-is-in-force = La cédula está vencida.
check-registries-agree = SRI y Registro Civil no coinciden.
check-ruc-is-active = El RUC no está activo.
check-ruc-digits-fit = El dígito verificador no cuadra; no impide el trámite.
check-printout-is-recent = El RUC impreso no es reciente.
check-turno-is-of-today = El turno no es de hoy.
check-turno-is-of-this-centre = El turno es de otro centro.
check-turno-is-of-this-employer = El turno es de otro empleador.
check-letter-is-recent = La carta es muy antigua.
check-letter-is-not-from-the-future = La fecha de la carta es futura.
check-appointment-exists = No consta nombramiento en el registro.
check-appointment-registry-counts = El registro no es el que corresponde a este empleador.
check-appointment-is-in-force = El nombramiento no está vigente.
check-appointment-term-is-plausible = El plazo del nombramiento supera el máximo.
check-second-signatory-signed = Falta la firma del segundo representante.
finding-remark = Observación
finding-overridable = Requiere supervisión
finding-refusal = No procede

## Employer

employer-title = Empleador
employer-number-ruc = RUC
employer-number-cedula = Cédula
employer-representative = Represent.
employer-cedula = C. I.
employer-email = Correo
employer-no-email = No registrado
employer-account = Cuenta
employer-account-active = Activa
employer-account-blocked = Bloqueada
employer-arrears = Mora
employer-in-arrears = En mora: urgente
employer-not-in-arrears = No
employer-as-of = Registros consultados: { $time }
employer-remark = dígito con observación
employer-unknown = Los datos aparecen al consultar los registros.
employer-none = Sin empleador en pantalla.
kind-company = sociedad
kind-other-organisation = otra organización
kind-public-entity = entidad pública
kind-natural-person = persona natural
kind-household = patrono de hogar
ruc-active = Activo
ruc-suspended = Suspendido
ruc-cancelled = Cancelado

## Reset

reset-title = Restablecer clave
reset-stage = Enlace para la clave nueva
reset-why-dossier-incomplete = { $count ->
    [one] Falta un documento. Después se confirma el correo con la persona.
   *[other] Faltan { $count } documentos. Después se confirma el correo con la persona.
}
reset-why-ruc-not-active = El RUC no está activo: la clave no se restablece. Cierre con F10.
reset-why-no-registered-email = No hay correo registrado: primero se actualiza el contacto. Cierre con F10.
reset-why-account-blocked = La cuenta está bloqueada: va por Desbloqueo de Clave. Cierre con F10.
reset-why-registry-unknown = Los registros todavía no responden.
reset-why-offline = Sin conexión. El enlace nunca se guarda para después: la persona debe estar aquí.
reset-why-not-in-service = El caso no está en atención.
reset-send = Enviar enlace
reset-send-another = Enviar otro enlace
reset-compare-title = Pregunte el correo a la persona
reset-compare-text = Debe decirlo completo, sin ayuda. Registrado: { $masked }
reset-compare-field = Correo que dice la persona
reset-compare = Comparar
reset-compare-mismatch = No coincide con el registrado.
reset-compare-tries = { $count ->
    [one] Queda una comparación.
   *[other] Quedan { $count } comparaciones.
}
reset-compare-exhausted = No quedan comparaciones hoy. Actualice el contacto: cierre con F10.
reset-compare-exhausted-title = El correo no se pudo confirmar
reset-compare-side = La persona dice su correo y aquí se compara con el registrado.
reset-ready-title = El correo coincide
reset-ready-text = El enlace irá a { $masked } y vale 3 minutos. Pida a la persona que tenga su correo abierto.
reset-ready-side = Listo para enviar a { $masked }.
reset-sending-title = Enviando…
reset-sending-text = El servidor recibe el pedido.
reset-unknown-title = No llegó respuesta del servidor
reset-unknown-text = La estación está preguntando qué pasó con el pedido. No se envía dos veces.
reset-unknown-ways = Con F4 el caso queda en pausa y usted atiende a otra persona. Si nadie va a esperar la respuesta, déjelo sin efecto.
reset-not-found-title = El servidor no recibió el pedido
reset-not-found-text = Con la persona presente, envíe el mismo pedido o déjelo sin efecto.
reset-resend = Enviar el mismo pedido
reset-abandon = Dejar sin efecto
reset-live-side = El enlace fue a { $masked }. El caso se cierra cuando el servidor confirma la clave.
reset-expired-side = El último enlace fue a { $masked }.
reset-live-mailing = Entregando al servidor de correo
reset-live-handed-over = Correo entregado: pida revisar también la carpeta de spam
reset-live-deferred = El servidor de correo lo aplazó
reset-live-bounced = El correo no llegó
reset-live-page = Alguien abrió la página
reset-live-person = La persona está registrando su clave
reset-live-key-refused = La clave no cumplió las reglas; puede intentar otra
reset-for-link = para usar el enlace
reset-not-running = el tiempo aún no corre
reset-clock-unknown = el tiempo corre; consultando al servidor
reset-cool-down = Otro enlace en { $time }
reset-cap = Ya salieron { $count } de { $max } enlaces de hoy.
reset-cap-next = Cierre el caso: la persona recibe la hoja con lo que sigue.
reset-links-count = Enlace { $count } de { $max } de hoy
reset-cannot-finish = No puede terminar
reset-by-asking = Se pregunta cada pocos segundos
reset-expired-title = Enlace vencido
reset-expired-text = Nadie registró la clave a tiempo. Envíe otro enlace mientras la persona está aquí.
reset-expired-asking = Confirmando con el servidor…
reset-expired-line = El enlace venció: reanude y envíe otro con F8.
reset-key-set-title = Clave registrada
reset-key-set-text = El servidor la confirmó a las { $time }. Cierre e imprima el comprobante.
reset-key-set-line = Clave registrada a las { $time }: falta cerrar e imprimir.
reset-close-and-print = Cerrar e imprimir
reset-refused-retry = Intentar de nuevo
reset-pending-key = Clave registrada
reset-remaining-spoken = { $minutes ->
    [0] Quedan { $seconds } segundos para usar el enlace
    [one] { $seconds ->
        [0] Queda un minuto para usar el enlace
       *[other] Queda un minuto { $seconds } segundos para usar el enlace
    }
   *[other] { $seconds ->
        [0] Quedan { $minutes } minutos para usar el enlace
       *[other] Quedan { $minutes } minutos { $seconds } segundos para usar el enlace
    }
}
reset-expired-spoken = El enlace venció. Pulse F8 para enviar otro.
reset-expired-resting-spoken = El enlace venció. Reanude el caso con F4 para enviar otro.
step-accepted = Pedido aceptado
step-reissued = Enlace nuevo; el anterior ya no sirve
step-handed-over = Entregado al servidor de correo
step-deferred = Aplazado por el servidor de correo
step-refused = Rechazado por el servidor de correo
step-bounced = Devuelto: el correo no llegó
step-page-fetched = Página visitada
step-page-fetched-note = puede ser un filtro de correo
step-person-on-page = La persona está en la página
step-key-refused = Clave que no cumple las reglas
step-key-set = Clave registrada
step-expired = Enlace vencido
step-cancelled = Anulado en ventanilla
reset-dialog-title = ¿Cerrar sin clave nueva?
reset-dialog-text = El enlace se anula al instante y el caso { $ticket } se cierra como «enlace no completado». La persona recibe una hoja con lo que sigue. No se puede deshacer.
reset-dialog-expired-text = El enlace ya venció. El caso { $ticket } se cierra como «enlace no completado» y la persona recibe una hoja con lo que sigue. No se puede deshacer.
reset-dialog-no = Seguir esperando
reset-dialog-yes = Anular y cerrar
reset-dialog-expired-yes = Cerrar sin clave

## Close

close-title = Cerrar el caso { $ticket }
close-suggested = sugerido
close-confirm = Cerrar así
close-back = Volver
close-none = Este caso no se puede cerrar todavía.
close-reset-open = Hay un enlace en curso: espere, o pulse Supr si la persona no puede terminar.
close-reset-unknown = Falta la respuesta del servidor. Espere, deje el pedido sin efecto, o ponga el caso en pausa con F4.
close-reset-sending = El pedido está en camino: espere la respuesta del servidor.
close-choose = Elija con las flechas cómo termina; Enter lo cierra.
close-dialog-no-show-title = ¿{ $ticket } no se presentó?
close-dialog-no-show-text = El caso se cierra sin papel. Si { $person } llega después, necesita un turno nuevo. No se puede deshacer.
close-dialog-left-title = ¿{ $ticket } se retiró?
close-dialog-left-text = El caso se cierra sin papel y lo revisado no sigue. Si { $person } vuelve, necesita un turno nuevo. No se puede deshacer.
close-dialog-cancelled-title = ¿Anular el caso { $ticket }?
close-dialog-cancelled-text = El caso se cierra sin papel y { $person } pierde su turno. No se puede deshacer.
outcome-key-restored = Clave registrada
outcome-link-not-completed = Enlace no completado
outcome-returned = Devuelto
outcome-diverted-no-email = Derivado: sin correo
outcome-diverted-account-blocked = Derivado: cuenta bloqueada
outcome-diverted-ruc-not-active = Derivado: RUC no activo
outcome-diverted-appointment-lapsed = Derivado: nombramiento caducado
outcome-diverted-registry-down = Derivado: registro sin servicio
outcome-diverted-stale-email = Derivado: correo desactualizado
outcome-no-show = No se presentó
outcome-cancelled = Anulado
outcome-left = Se retiró
outcome-key-restored-what = Imprime el comprobante.
outcome-link-not-completed-what = Imprime la constancia con lo que sigue.
outcome-returned-what = Imprime qué falta y hasta cuándo completarlo.
outcome-diverted-no-email-what = Imprime cómo actualizar el correo.
outcome-diverted-account-blocked-what = Imprime cómo pedir el Desbloqueo de Clave.
outcome-diverted-ruc-not-active-what = Imprime qué regularizar en el SRI.
outcome-diverted-appointment-lapsed-what = Imprime cómo renovar el nombramiento.
outcome-diverted-registry-down-what = Imprime cuándo volver.
outcome-diverted-stale-email-what = Imprime cómo actualizar el correo.
outcome-no-show-what = No imprime nada.
outcome-cancelled-what = No imprime nada.
outcome-left-what = No imprime nada.

## Paper

print-title = Papel
print-kind-receipt = Comprobante
print-kind-not-completed = Constancia de atención
print-kind-return-slip = Hoja de devolución
print-kind-diversion-slip = Hoja de derivación
print-kind-archive-label = Etiqueta de archivo
print-state-committed = Guardado, sin enviar a la impresora
print-state-sent = En la impresora…
print-state-printed = Impreso
print-state-out-of-paper = Sin papel: cargue el rollo, sigue solo
print-state-failed = La impresora se detuvo
print-state-gone = La impresora no responde
print-state-no-printer = No hay impresora configurada
print-duplicate = Duplicata
print-again = Reimprimir
print-label = Imprimir etiqueta de archivo
print-retry = Reintentar
print-save = Guardar como PDF
print-save-path = Guardar en
print-save-do = Guardar
print-archive = Carta archivada como { $number }

## Walk-in

walk-in-title = Turno sin cita
walk-in-lead = La persona recibe turno de hoy y espera en la cola.
walk-in-number = RUC, o cédula del patrono de hogar
walk-in-number-hint = 13 dígitos, o 10 si es patrono de hogar
walk-in-person = Nombre de la persona
walk-in-preferential = Atención preferencial
walk-in-preferential-hint = Adulto mayor, embarazo o discapacidad; no se anota el motivo.
walk-in-give = Dar turno
walk-in-done = Turno { $ticket } para { $person }

## The day

day-title = El día
day-filter-all = Todos { $count }
day-filter-open = En curso { $count }
day-filter-restored = Clave registrada { $count }
day-filter-returned = Devueltos { $count }
day-filter-diverted = Derivados { $count }
day-filter-other = Otros { $count }
day-filters = Filtros
day-served = Atendidos
day-served-note = { $count } en curso
day-restored = Clave registrada aquí
day-restored-note = { $count } de { $total } cerrados
day-wait = Espera, mediana y p90
day-wait-none = sin datos
day-wait-value = { $median } · { $p90 } min
day-wait-note = la mayor, { $max } min
day-sent-on = Devueltos y derivados
day-sent-on-note = devueltos { $returned }, derivados { $diverted }
day-service = Atención, mediana
day-service-note = la mayor, { $max } min
day-column-ticket = Turno
day-column-employer = Empleador
day-column-clerk = Atiende
day-column-wait = Espera
day-column-service = Atención
day-column-closed = Hora
day-column-result = Resultado
day-table = Casos del día
day-empty = Ningún caso con este filtro.
day-rows = { $shown } de { $total } casos
day-history = Historia de { $ticket }
day-history-none = Elija un caso con las flechas para ver su historia.
day-chart = Resultados por hora
day-chart-none = Todavía no hay casos cerrados.
day-chart-restored = clave registrada
day-chart-sent-on = devuelto o derivado
day-chart-other = otro fin
day-chart-spoken = A las { $hour } h: { $restored } con clave, { $sentOn } devueltos o derivados, { $other } con otro fin
day-open = Abrir el expediente

## History of a case

history-signed-in = Ingreso
history-signed-out = Salida
history-checked-in = Llegó
history-walked-in = Turno dado en ventanilla
history-called = Llamado
history-service-began = Comenzó la atención
history-registry-consulted = Registros consultados
history-document-accepted = Documento conforme
history-document-refused = Documento rechazado
history-document-reopened = Documento corregido
history-email-compared = Correo comparado
history-put-on-hold = En pausa
history-resumed = Reanudado
history-reset-intended = Enlace pedido
history-reset-resent = Mismo pedido enviado otra vez
history-reset-accepted = Pedido aceptado por el servidor
history-reset-refused = Pedido rechazado por el servidor
history-reset-abandoned = Pedido dejado sin efecto
history-reissue-intended = Otro enlace pedido
history-reset-cancelled = Enlace anulado
history-key-set = Clave registrada
history-closed = Cerrado
history-reopened = Reabierto
history-paper-committed = Documento emitido
history-print-requested = Impresión pedida
history-printed = Impreso
history-saved-to-file = Guardado en archivo
history-looked = Dato visto completo

## Keys

keys-title = Teclas
keys-close = Cerrar
keys-bar = Teclas de función
keys-f2 = Llamar siguiente
keys-f3 = Sin cita
keys-f4 = En pausa
keys-f4-resume = Reanudar
keys-f6 = El día
keys-f6-back = Volver
keys-f7 = Llegó
keys-f8 = Enviar enlace
keys-f8-another = Otro enlace
keys-f9 = Imprimir
keys-f10 = Cerrar caso
keys-why-serving = Primero termine o ponga en pausa el caso { $ticket }.
keys-why-no-case = No hay un caso en pantalla.
keys-why-closed = El caso ya está cerrado.
keys-why-no-link = No hay un enlace en curso.
keys-why-day = Vuelva primero al expediente con Esc.
keys-help = Teclas
keys-in-list = En la lista de documentos
keys-everywhere = En toda la ventana
keys-enter = Conforme, o el paso señalado
keys-arrows = Moverse por la lista
keys-sides = Pasar de la cola al expediente
keys-refuse = Rechazar; luego la letra del motivo
keys-original = Vi el original (y su fecha)
keys-second = Firma del segundo representante
keys-back = Corregir lo marcado
keys-delete = La persona no puede terminar
keys-search = Buscar
keys-escape = Un paso atrás; no se pierde nada
keys-lock = Bloquear la sesión
keys-look = Apariencia
keys-look-light = Clara
keys-look-dark = Oscura
keys-look-contrast = Alto contraste
key-name-enter = Enter
key-name-escape = Esc
key-name-delete = Supr
key-name-backspace = Retroceso
key-name-arrows = ↑ ↓
key-name-sides = ← →
key-name-lock = Ctrl L
key-name-search = / o Ctrl F

## The desk's own errors: what happened, then what to do

error-not-signed-in = La sesión no está abierta.
error-not-signed-in-hint = Ingrese con su PIN; el expediente queda como estaba.
error-not-enrolled = Esta estación no está enrolada.
error-not-enrolled-hint = Pida al personal de sistemas que ejecute «ventanilla enroll».
error-clerk-not-enrolled = Usted aún no ha ingresado nunca en esta estación y está cerrada.
error-clerk-not-enrolled-hint = Pida a quien ya trabaja en ella que ingrese primero una vez.
error-offline-too-long = Hace demasiado que esta estación no ve al servidor.
error-offline-too-long-hint = Espere a que vuelva la línea e ingrese de nuevo.
error-wrong-pin = El PIN no es correcto.
error-wrong-pin-hint = Digítelo de nuevo; al quinto error la estación espera unos minutos.
error-pin-locked = Demasiados intentos con el PIN.
error-pin-locked-hint = Espere unos minutos antes de intentar otra vez.
error-pin-form = El PIN tiene de 4 a 12 dígitos.
error-pin-form-hint = Digite solo números.
error-passphrase-wrong = La frase de la estación no es correcta.
error-passphrase-wrong-hint = Escríbala tal como la entregó el administrador.
error-machine-secret-missing = El equipo no entrega su secreto.
error-machine-secret-missing-hint = Avise al personal de sistemas; los datos siguen cifrados y completos.
error-keys-unreadable = No se puede leer el archivo de llaves de la estación.
error-keys-unreadable-hint = Avise al personal de sistemas; no borre nada.
error-store-full = El disco está lleno; lo último no se guardó.
error-store-full-hint = Libere espacio y repita el último paso. Lo anterior está guardado.
error-store-newer = Los datos son de una versión más nueva de Ventanilla.
error-store-newer-hint = Actualice el programa antes de continuar.
error-store-corrupt = La base de datos no se puede leer; se apartó sin borrarla.
error-store-corrupt-hint = Avise al personal de sistemas antes de seguir atendiendo.
store-set-aside = La base anterior está completa en { $path }. Avise al personal de sistemas: la estación se enrola de nuevo.
error-store-damaged = Algo en la base de datos de la estación no se puede leer.
error-store-damaged-hint = Nada se borró ni se apartó. Siga en otra ventanilla y avise al personal de sistemas.
error-folder-open = Cualquiera en este equipo puede entrar a la carpeta de datos.
error-folder-open-hint = Avise a sistemas: la carpeta debe ser solo de la estación y su grupo (chmod o-rwx).
error-store-broken = La base de datos de la estación no respondió.
error-store-broken-hint = Repita el paso. Si continúa, avise al personal de sistemas.
error-backend-unreachable = El servidor no responde.
error-backend-unreachable-hint = El expediente queda guardado. Siga con los documentos o ponga el caso en pausa con F4.
error-number-not-digits = El número tiene algo que no es un dígito.
error-number-not-digits-hint = Escriba solo números, sin guiones ni espacios.
error-number-length = El número no tiene 13 dígitos (RUC) ni 10 (cédula).
error-number-length-hint = Cuéntelos en el documento y complete el que falta.
error-number-province = Los dos primeros dígitos no son de una provincia.
error-number-province-hint = Deben ir de 01 a 24, o ser 30 o 50. Compare con el documento.
error-number-third-digit = El tercer dígito no corresponde a ningún titular.
error-number-third-digit-hint = Compare con el documento, dígito por dígito.
error-number-check-digit = El dígito verificador no cuadra.
error-number-check-digit-hint = Hay un dígito cambiado. Compare con el documento.
error-number-establishment = El establecimiento no puede ser 000.
error-number-establishment-hint = Los tres últimos dígitos suelen ser 001.
error-person-missing = Falta el nombre de la persona.
error-person-missing-hint = Escríbalo como lo dice la persona.
error-email-form = Eso no es una dirección de correo.
error-email-form-hint = Pida que la deletree: nombre, arroba y dominio.
error-date-form = La fecha no es válida.
error-date-form-hint = Escríbala como día, mes y año del documento.
error-online-not-allowed = Este documento se ve en original.
error-online-not-allowed-hint = Pídalo a la persona, o recházelo con R.
error-second-signature-missing = Falta la firma del segundo representante.
error-second-signature-missing-hint = Si está en la carta, márquela con S; si no, rechace con R.
error-document-not-asked = Ese documento no se pide a este empleador.
error-document-not-asked-hint = Siga con la lista en pantalla.
error-reason-does-not-fit = Ese motivo no corresponde a este documento.
error-reason-does-not-fit-hint = Elija uno de la lista.
error-registry-unknown = Los registros todavía no han respondido por este empleador.
error-registry-unknown-hint = Consulte de nuevo, o ponga el caso en pausa con F4.
error-case-unknown = Ese caso no está en esta estación.
error-case-unknown-hint = Búsquelo por su turno con la tecla /.
error-case-ambiguous = Varios casos tienen ese turno el mismo día.
error-case-ambiguous-hint = Indique el número del documento o el identificador del caso.
error-does-not-fit = El caso ya no está en ese punto.
error-does-not-fit-hint = Mire el expediente: la pantalla muestra lo que sigue.
error-key-not-confirmed = El servidor aún no confirma la clave.
error-key-not-confirmed-hint = Espere la confirmación; el caso no se cierra como restablecido sin ella.
error-key-is-set = La clave ya quedó registrada.
error-key-is-set-hint = Cierre el caso como «clave registrada».
error-reset-open = Hay un enlace en curso o sin respuesta.
error-reset-open-hint = Espere el resultado, o pulse Supr si la persona no puede terminar.
error-nothing-to-return = Ningún documento está rechazado.
error-nothing-to-return-hint = Rechace con R lo que falta; así la hoja dice qué corregir.
error-reopen-expired = Pasó el plazo para completar este trámite.
error-reopen-expired-hint = La persona necesita un turno nuevo: F3.
error-already-serving = Usted ya tiene a una persona llamada o en atención.
error-already-serving-hint = Termine ese caso con F10, o póngalo en pausa con F4, y llame al siguiente.
error-line-is-back = El servidor responde otra vez.
error-line-is-back-hint = Ingrese su PIN para seguir con línea. El trabajo del caso está guardado.
error-session-ended = El servidor ya no acepta esta sesión.
error-session-ended-hint = Ingrese otra vez con su PIN. El trabajo del caso está guardado.
error-empty-queue = Nadie espera.
error-empty-queue-hint = Si llega alguien, registre su llegada con F7 o déle turno con F3.
error-printer-gone = La impresora no responde.
error-printer-gone-hint = Revise que esté encendida. El documento está guardado; reimprima con F9.
error-printer-silent = La impresora recibió el trabajo y no contesta.
error-printer-silent-hint = Mire si salió el papel antes de reintentar.
error-not-printed-yet = Todavía no hay documento de este caso.
error-not-printed-yet-hint = Se emite al cerrar el caso con F10.
error-already-printing = La hoja ya está en la impresora.
error-already-printing-hint = Espere a que salga. Si falta papel, cargue el rollo: sigue sola.
error-path-not-writable = No se puede guardar ahí.
error-path-not-writable-hint = Elija otra carpeta, por ejemplo una memoria conectada.
error-mailbox-unavailable = El buzón de práctica no se pudo abrir.
error-mailbox-unavailable-hint = Cierre Ventanilla y ábrala de nuevo en capacitación.
