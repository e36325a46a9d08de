### Days as the desk writes them.

# lunes 23 nov 2026. `weekday` is d1 (Monday) to d7, `month` m01 to m12.
calendar-day = { $weekday ->
    [d1] lunes
    [d2] martes
    [d3] miércoles
    [d4] jueves
    [d5] viernes
    [d6] sábado
   *[d7] domingo
} { $day } { $month ->
    [m01] ene
    [m02] feb
    [m03] mar
    [m04] abr
    [m05] may
    [m06] jun
    [m07] jul
    [m08] ago
    [m09] sep
    [m10] oct
    [m11] nov
   *[m12] dic
} { $year }
