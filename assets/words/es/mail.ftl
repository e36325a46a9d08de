### Mails to the employer, and the training box that shows them.

mail-link-subject = Registre la clave de empleador de { $employer } (180 segundos)
mail-link-title = Registre su clave nueva
mail-link-greeting = Estimado/a { $name }:
mail-link-why = Usted pidió restablecer la clave de empleador de { $employer } en { $center }.
mail-link-where = Lo atiende la ventanilla { $counter }; el enlace se pidió hoy a las { $time }.
mail-link-act = Abra este enlace y escriba su clave nueva:
mail-link-button = Registrar la clave
mail-link-time = El enlace vale 180 segundos desde que salió este correo y sirve una sola vez. Si vence, pida otro en la ventanilla antes de irse.
mail-link-private = Nadie en la ventanilla ve su clave ni este enlace. No lo reenvíe.
mail-link-not-you = ¿No lo pidió usted? No abra el enlace: vence solo y su clave no cambia. Avise en cualquier centro de atención.
mail-link-filter = Para recibir siempre nuestros correos, permita iess.gob.ec en su filtro y revise la carpeta de correo no deseado.
mail-set-subject = La clave de empleador de { $employer } fue cambiada
mail-set-title = Su clave fue cambiada
mail-set-what = Se registró una clave nueva para { $employer }, pedida en { $center }. Las sesiones que estaban abiertas quedaron cerradas.
mail-set-when = Fecha y hora: { $date }, { $time }.
mail-set-not-you = ¿No fue usted? Avise hoy mismo en cualquier centro de atención, con su cédula.
mail-set-advice = Le recomendamos cambiarla cada 90 días. No la comparta con nadie, tampoco con funcionarios del IESS: para su equipo cree usuarios secundarios.
mail-footer = Correo automático del Instituto Ecuatoriano de Seguridad Social. No responda a esta dirección.
mail-training = CAPACITACIÓN · datos ficticios

box-title = Buzón de capacitación
box-intro = Aquí llegan los correos de este día ficticio. Ninguno sale de este equipo.
box-empty = Todavía no hay correos. Esta página se actualiza sola.
box-to = Para
box-at = Hora
box-back = Volver al buzón
box-gone = Ese correo ya no está en el buzón.
