"""Sentences as a good model writes them, each with the norm whose Absatz it restates. Read by checking.py."""

PARAPHRASES: tuple[tuple[str, str], ...] = (
    (
        "§ 28 Abs. 1 VwVfG",
        "Bevor die Behörde einen Verwaltungsakt erlässt, der in Rechte eines Beteiligten eingreift, muss sie "
        "ihm Gelegenheit geben, sich zu den erheblichen Tatsachen zu äußern.",
    ),
    (
        "§ 28 Abs. 2 VwVfG",
        "Von der Anhörung kann die Behörde absehen, wenn sie nach den Umständen des Einzelfalls nicht geboten "
        "ist, zum Beispiel bei Gefahr im Verzug.",
    ),
    (
        "§ 28 Abs. 3 VwVfG",
        "Steht der Anhörung ein zwingendes öffentliches Interesse entgegen, unterbleibt sie.",
    ),
    (
        "§ 39 Abs. 1 VwVfG",
        "Schriftliche und elektronische Verwaltungsakte müssen eine Begründung enthalten.",
    ),
    (
        "§ 39 Abs. 2 VwVfG",
        "Einer Begründung bedarf es nicht, wenn die Behörde einem Antrag entspricht und der Verwaltungsakt "
        "nicht in Rechte eines anderen eingreift.",
    ),
    (
        "§ 41 Abs. 2 VwVfG",
        "Ein schriftlicher Verwaltungsakt, der mit der Post im Inland übermittelt wird, gilt am 4. Tag nach "
        "der Aufgabe zur Post als bekannt gegeben.",
    ),
    (
        "§ 48 Abs. 4 VwVfG",
        "Nach § 48 Abs. 4 VwVfG ist die Rücknahme nur binnen eines Jahres ab Kenntnis der Tatsachen zulässig.",
    ),
    (
        "§ 24 Abs. 1 VwVfG",
        "Die Behörde ermittelt den Sachverhalt von Amts wegen und bestimmt Art und Umfang der Ermittlungen selbst.",
    ),
    (
        "§ 24 Abs. 3 VwVfG",
        "Anträge aus ihrem Zuständigkeitsbereich muss die Behörde entgegennehmen, auch wenn sie den Antrag in "
        "der Sache für unzulässig oder unbegründet hält.",
    ),
    (
        "§ 29 Abs. 1 VwVfG",
        "Beteiligte dürfen die Akten des Verfahrens einsehen, soweit sie deren Kenntnis brauchen, um ihre "
        "rechtlichen Interessen geltend zu machen oder zu verteidigen; die Behörde muss ihnen Einsicht "
        "gestatten.",
    ),
    (
        "§ 37 Abs. 1 VwVfG",
        "Ein Verwaltungsakt muss inhaltlich hinreichend bestimmt sein.",
    ),
    (
        "§ 37 Abs. 2 VwVfG",
        "Ein Verwaltungsakt kann schriftlich, elektronisch, mündlich oder in anderer Weise erlassen werden.",
    ),
    (
        "§ 43 Abs. 3 VwVfG",
        "Nichtige Verwaltungsakte sind unwirksam.",
    ),
    (
        "§ 42 VwVfG",
        "Offenbare Unrichtigkeiten wie Schreibfehler und Rechenfehler in einem Verwaltungsakt kann die "
        "Behörde jederzeit berichtigen.",
    ),
    (
        "§ 31 Abs. 3 VwVfG",
        "Fällt das Ende einer Frist auf einen Samstag, Sonntag oder gesetzlichen Feiertag, so endet sie erst "
        "mit Ablauf des nächsten Werktags.",
    ),
    (
        "§ 32 Abs. 2 VwVfG",
        "Der Antrag auf Wiedereinsetzung muss innerhalb von 14 Tagen nach Wegfall des Hindernisses gestellt werden.",
    ),
    (
        "§ 17 Abs. 1 BMG",
        "Wer eine Wohnung bezieht, muss sich binnen zwei Wochen nach dem Einzug bei der Meldebehörde anmelden.",
    ),
    (
        "§ 17 Abs. 2 BMG",
        "Wer auszieht und keine neue Wohnung im Inland bezieht, muss sich innerhalb von 2 Wochen nach dem "
        "Auszug bei der Meldebehörde abmelden.",
    ),
    (
        "§ 17 Abs. 3 BMG",
        "Für Personen unter 16 Jahren meldet derjenige an oder ab, in dessen Wohnung sie einziehen oder aus "
        "dessen Wohnung sie ausziehen.",
    ),
    (
        "§ 19 Abs. 1 BMG",
        "Der Wohnungsgeber muss bei der Anmeldung mitwirken und den Einzug innerhalb von zwei Wochen "
        "schriftlich oder elektronisch bestätigen.",
    ),
    (
        "§ 27 Abs. 2 BMG",
        "Wer im Inland gemeldet ist und für nicht länger als sechs Monate eine weitere Wohnung bezieht, muss "
        "sich für diese Wohnung weder anmelden noch abmelden.",
    ),
    (
        "§ 1 Abs. 1 PAuswG",
        "Deutsche müssen einen gültigen Ausweis besitzen, sobald sie 16 Jahre alt sind und der allgemeinen "
        "Meldepflicht unterliegen.",
    ),
    (
        "§ 6 Abs. 1 PAuswG",
        "Personalausweise sind 10 Jahre gültig.",
    ),
    (
        "§ 6 Abs. 3 PAuswG",
        "Für Personen unter 24 Jahren beträgt die Gültigkeitsdauer des Personalausweises sechs Jahre.",
    ),
    (
        "§ 9 Abs. 1 PAuswG",
        "Der Personalausweis wird auf Antrag ausgestellt.",
    ),
    (
        "§ 17 Abs. 1 OWiG",
        "Die Geldbuße beträgt mindestens 5 Euro und höchstens 1.000 Euro, wenn das Gesetz nichts anderes bestimmt.",
    ),
    (
        "§ 67 Abs. 1 OWiG",
        "Der Betroffene kann gegen den Bußgeldbescheid innerhalb von 14 Tagen nach Zustellung schriftlich "
        "oder zur Niederschrift Einspruch einlegen.",
    ),
    (
        "§ 56 Abs. 1 OWiG",
        "Bei geringfügigen Ordnungswidrigkeiten kann die Verwaltungsbehörde den Betroffenen verwarnen und ein "
        "Verwarnungsgeld von 5 bis 55 Euro erheben.",
    ),
    (
        "§ 7 Abs. 5 IFG",
        "Die Information soll innerhalb eines Monats zugänglich gemacht werden.",
    ),
    (
        "§ 1 Abs. 1 IFG",
        "Jeder hat gegenüber Behörden des Bundes einen Anspruch auf Zugang zu amtlichen Informationen.",
    ),
    (
        "§ 10 Abs. 1 IFG",
        "Einfache Auskünfte sind gebührenfrei.",
    ),
    (
        "§ 193 BGB",
        "Fällt der letzte Tag einer Frist auf einen Sonntag, einen Feiertag oder einen Sonnabend, tritt an "
        "seine Stelle der nächste Werktag.",
    ),
    (
        "§ 126 Abs. 1 BGB",
        "Ist Schriftform vorgeschrieben, muss der Aussteller die Urkunde eigenhändig unterschreiben.",
    ),
    (
        "§ 187 Abs. 1 BGB",
        "Der Tag, in den das Ereignis fällt, zählt bei der Berechnung der Frist nicht mit.",
    ),
    (
        "§ 622 Abs. 3 BGB",
        "In einer Probezeit von höchstens sechs Monaten beträgt die Kündigungsfrist 2 Wochen.",
    ),
    (
        "§ 573c Abs. 1 BGB",
        "Der Mieter muss spätestens am dritten Werktag eines Monats kündigen, wenn das Mietverhältnis zum "
        "Ablauf des übernächsten Monats enden soll.",
    ),
    (
        "§ 195 BGB",
        "Die regelmäßige Verjährungsfrist beträgt 3 Jahre.",
    ),
    (
        "§ 106 BGB",
        "Minderjährige ab 7 Jahren sind nur beschränkt geschäftsfähig.",
    ),
    (
        "§ 355 Abs. 1 AO",
        "Der Einspruch gegen einen Steuerbescheid ist innerhalb eines Monats nach der Bekanntgabe einzulegen.",
    ),
    (
        "§ 240 Abs. 1 AO",
        "Für jeden angefangenen Monat der Säumnis fällt ein Säumniszuschlag von 1 Prozent des rückständigen "
        "Steuerbetrags an.",
    ),
    (
        "§ 14 Abs. 1 GewO",
        "Wer ein stehendes Gewerbe anfängt, muss dies der zuständigen Behörde gleichzeitig anzeigen.",
    ),
    (
        "§ 35 Abs. 1 GewO",
        "Die Behörde muss die Ausübung eines Gewerbes untersagen, wenn Tatsachen die Unzuverlässigkeit des "
        "Gewerbetreibenden belegen.",
    ),
    (
        "§ 45 Abs. 2 SGB X",
        "Ein begünstigender Verwaltungsakt darf nicht zurückgenommen werden, wenn der Begünstigte auf seinen "
        "Bestand vertraut hat und sein Vertrauen schutzwürdig ist.",
    ),
    (
        "§ 44 Abs. 4 SGB X",
        "Nach der Rücknahme werden Sozialleistungen längstens für vier Jahre rückwirkend erbracht.",
    ),
    (
        "§ 60 Abs. 1 SGB I",
        "Wer Sozialleistungen beantragt oder erhält, muss alle leistungserheblichen Tatsachen angeben und "
        "Änderungen unverzüglich mitteilen.",
    ),
    (
        "§ 66 Abs. 3 SGB I",
        "Wegen fehlender Mitwirkung dürfen Leistungen erst versagt werden, nachdem der Berechtigte "
        "schriftlich auf die Folge hingewiesen wurde und eine angemessene Frist verstrichen ist.",
    ),
)
