<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="cy_GB" sourcelanguage="en_GB">
<context>
    <name>ward_board</name>
    <message>
        <source>A hospital number or a spell number is needed beside name, birth and admission.</source>
        <translation>Mae angen rhif ysbyty neu rif cyfnod yn ogystal ag enw, dyddiad geni a dyddiad derbyn.</translation>
    </message>
    <message>
        <source>Acceptance requested</source>
        <translation>Gofynnwyd am dderbyn</translation>
    </message>
    <message>
        <source>Add person</source>
        <translation>Ychwanegu person</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Cyfeiriad</translation>
    </message>
    <message>
        <source>Admitted at</source>
        <translation>Derbyniwyd am</translation>
    </message>
    <message>
        <source>Agency</source>
        <translation>Asiantaeth</translation>
    </message>
    <message>
        <source>Agency accepted</source>
        <translation>Asiantaeth wedi derbyn</translation>
    </message>
    <message>
        <source>Agency on-call</source>
        <translation>Asiantaeth ar alwad</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Pawb</translation>
    </message>
    <message>
        <source>All seen</source>
        <translation>Gwelwyd popeth</translation>
    </message>
    <message>
        <source>Allocate a worker</source>
        <translation>Neilltuo gweithiwr</translation>
    </message>
    <message>
        <source>Answer the offer</source>
        <translation>Ateb y cynnig</translation>
    </message>
    <message>
        <source>Approx {when}</source>
        <translation>Tua {when}</translation>
    </message>
    <message>
        <source>Assess at home</source>
        <translation>Asesu gartref</translation>
    </message>
    <message>
        <source>Assessed at home</source>
        <translation>Aseswyd gartref</translation>
    </message>
    <message>
        <source>Assessed in time</source>
        <translation>Aseswyd mewn pryd</translation>
    </message>
    <message>
        <source>Assessed late, {span}</source>
        <translation>Aseswyd yn hwyr, {span}</translation>
    </message>
    <message>
        <source>Assessment</source>
        <translation>Asesiad</translation>
    </message>
    <message>
        <source>Assessment at home due</source>
        <translation>Asesiad gartref i'w wneud</translation>
    </message>
    <message>
        <source>Assess at home: overdue</source>
        <translation>Mae'r asesiad gartref yn hwyr</translation>
    </message>
    <message>
        <source>At home</source>
        <translation>Gartref</translation>
    </message>
    <message>
        <source>Awaiting agency</source>
        <translation>Aros am asiantaeth</translation>
    </message>
    <message>
        <source>Awaiting an agency</source>
        <translation>Yn aros am asiantaeth</translation>
    </message>
    <message>
        <source>Barrier</source>
        <translation>Rhwystr</translation>
    </message>
    <message>
        <source>Bed</source>
        <translation>Gwely</translation>
    </message>
    <message>
        <source>Behaviours that challenge</source>
        <translation>Ymddygiad heriol</translation>
    </message>
    <message>
        <source>Board round</source>
        <translation>Rownd y bwrdd</translation>
    </message>
    <message>
        <source>Book the assessment at home</source>
        <translation>Trefnu'r asesiad gartref</translation>
    </message>
    <message>
        <source>Born {born}</source>
        <translation>Ganwyd {born}</translation>
    </message>
    <message>
        <source>Care transfer hub</source>
        <translation>Hwb trosglwyddo gofal</translation>
    </message>
    <message>
        <source>Catheter care</source>
        <translation>Gofal cathetr</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Newidiwyd</translation>
    </message>
    <message>
        <source>Changed since you last looked</source>
        <translation>Newidiwyd ers i chi edrych ddiwethaf</translation>
    </message>
    <message>
        <source>Choose a row with the arrow keys to see its details here.</source>
        <translation>Dewiswch res â'r bysellau saeth i weld ei manylion yma.</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Cloc</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cau</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Ar gau</translation>
    </message>
    <message>
        <source>Columns …</source>
        <translation>Colofnau …</translation>
    </message>
    <message>
        <source>Complete and send the referral</source>
        <translation>Cwblhau ac anfon yr atgyfeiriad</translation>
    </message>
    <message>
        <source>Complete the referral and send it again</source>
        <translation>Cwblhau'r atgyfeiriad a'i anfon eto</translation>
    </message>
    <message>
        <source>Confirm arrival home</source>
        <translation>Cadarnhau cyrraedd adref</translation>
    </message>
    <message>
        <source>Confirm the departure</source>
        <translation>Cadarnhau'r ymadawiad</translation>
    </message>
    <message>
        <source>Confirm the pathway</source>
        <translation>Cadarnhau'r llwybr</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Cadarnhawyd</translation>
    </message>
    <message>
        <source>Consultant</source>
        <translation>Ymgynghorydd</translation>
    </message>
    <message>
        <source>Council</source>
        <translation>Cyngor</translation>
    </message>
    <message>
        <source>Criteria met again: withdraw or wait for review</source>
        <translation>Meini prawf wedi'u bodloni eto: tynnu'n ôl neu aros am adolygiad</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>Dyddiad geni</translation>
    </message>
    <message>
        <source>Decide what follows the placement</source>
        <translation>Penderfynu beth sy'n dilyn y lleoliad</translation>
    </message>
    <message>
        <source>Dementia</source>
        <translation>Dementia</translation>
    </message>
    <message>
        <source>Details of the selected row</source>
        <translation>Manylion y rhes a ddewiswyd</translation>
    </message>
    <message>
        <source>Discharge planned</source>
        <translation>Rhyddhau wedi'i gynllunio</translation>
    </message>
    <message>
        <source>Done: {steps}</source>
        <translation>Wedi gwneud: {steps}</translation>
    </message>
    <message>
        <source>EDD {day}</source>
        <translation>Rhyddhau disgwyliedig {day}</translation>
    </message>
    <message>
        <source>End of life care</source>
        <translation>Gofal diwedd oes</translation>
    </message>
    <message>
        <source>Equipment service</source>
        <translation>Gwasanaeth offer</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>Wedi'i eithrio</translation>
    </message>
    <message>
        <source>Expected date of discharge</source>
        <translation>Dyddiad rhyddhau disgwyliedig</translation>
    </message>
    <message>
        <source>Expected discharge</source>
        <translation>Rhyddhau disgwyliedig</translation>
    </message>
    <message>
        <source>Export this list …</source>
        <translation>Allforio'r rhestr hon …</translation>
    </message>
    <message>
        <source>Female</source>
        <translation>Benyw</translation>
    </message>
    <message>
        <source>Filter this list   /</source>
        <translation>Hidlo'r rhestr hon   /</translation>
    </message>
    <message>
        <source>Filter {list}</source>
        <translation>Hidlo {list}</translation>
    </message>
    <message>
        <source>Forename</source>
        <translation>Enw cyntaf</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>Gwe</translation>
    </message>
    <message>
        <source>GP practice</source>
        <translation>Practis meddyg teulu</translation>
    </message>
    <message>
        <source>Gender</source>
        <translation>Rhywedd</translation>
    </message>
    <message>
        <source>Go to this row</source>
        <translation>Mynd i'r rhes hon</translation>
    </message>
    <message>
        <source>Hoist</source>
        <translation>Teclyn codi</translation>
    </message>
    <message>
        <source>Hold the next review</source>
        <translation>Cynnal yr adolygiad nesaf</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Adref</translation>
    </message>
    <message>
        <source>Home assessor</source>
        <translation>Asesydd cartref</translation>
    </message>
    <message>
        <source>Home oxygen</source>
        <translation>Ocsigen gartref</translation>
    </message>
    <message>
        <source>Hospital No. {number}</source>
        <translation>Rhif ysbyty {number}</translation>
    </message>
    <message>
        <source>Hospital number</source>
        <translation>Rhif ysbyty</translation>
    </message>
    <message>
        <source>Hospital site</source>
        <translation>Safle'r ysbyty</translation>
    </message>
    <message>
        <source>Housing</source>
        <translation>Tai</translation>
    </message>
    <message>
        <source>Import extract</source>
        <translation>Mewnforio echdyniad</translation>
    </message>
    <message>
        <source>Inpatient</source>
        <translation>Claf mewnol</translation>
    </message>
    <message>
        <source>Insulin, delegated</source>
        <translation>Inswlin, wedi'i ddirprwyo</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>Newid diwethaf</translation>
    </message>
    <message>
        <source>Learning disability</source>
        <translation>Anabledd dysgu</translation>
    </message>
    <message>
        <source>Leaving today</source>
        <translation>Yn gadael heddiw</translation>
    </message>
    <message>
        <source>Left the ward</source>
        <translation>Gadawodd y ward</translation>
    </message>
    <message>
        <source>Male</source>
        <translation>Gwryw</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>Cyfatebiad</translation>
    </message>
    <message>
        <source>Mental health liaison</source>
        <translation>Cyswllt iechyd meddwl</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Fy rhai i</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>Llun</translation>
    </message>
    <message>
        <source>NHS No. {number}</source>
        <translation>Rhif GIG {number}</translation>
    </message>
    <message>
        <source>NHS number</source>
        <translation>Rhif GIG</translation>
    </message>
    <message>
        <source>NHS number copied; the clipboard is cleared in 30 s.</source>
        <translation>Copïwyd y rhif GIG; caiff y clipfwrdd ei glirio ymhen 30 eiliad.</translation>
    </message>
    <message>
        <source>NHS number {number}</source>
        <translation>Rhif GIG {number}</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Anghenion</translation>
    </message>
    <message>
        <source>New person</source>
        <translation>Person newydd</translation>
    </message>
    <message>
        <source>Next action</source>
        <translation>Cam nesaf</translation>
    </message>
    <message>
        <source>Next review of criteria to reside</source>
        <translation>Adolygiad nesaf o'r meini prawf i aros</translation>
    </message>
    <message>
        <source>No agency yet</source>
        <translation>Dim asiantaeth eto</translation>
    </message>
    <message>
        <source>No criteria to reside</source>
        <translation>Dim meini prawf i aros</translation>
    </message>
    <message>
        <source>No one is waiting</source>
        <translation>Does neb yn aros</translation>
    </message>
    <message>
        <source>No record yet</source>
        <translation>Dim cofnod eto</translation>
    </message>
    <message>
        <source>No reply in time: chase or withdraw</source>
        <translation>Dim ateb mewn pryd: holi neu dynnu'n ôl</translation>
    </message>
    <message>
        <source>No row selected</source>
        <translation>Dim rhes wedi'i dewis</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>Neb</translation>
    </message>
    <message>
        <source>None open</source>
        <translation>Dim un ar agor</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Dim eto</translation>
    </message>
    <message>
        <source>Not Known</source>
        <translation>Anhysbys</translation>
    </message>
    <message>
        <source>Not Specified</source>
        <translation>Heb ei Nodi</translation>
    </message>
    <message>
        <source>Not described yet</source>
        <translation>Heb ei ddisgrifio eto</translation>
    </message>
    <message>
        <source>Not recorded</source>
        <translation>Heb ei gofnodi</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nodyn</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Dim byd</translation>
    </message>
    <message>
        <source>Nothing matches this filter</source>
        <translation>Does dim yn cyfateb i'r hidlydd hwn</translation>
    </message>
    <message>
        <source>Offered</source>
        <translation>Cynigiwyd</translation>
    </message>
    <message>
        <source>Old picture</source>
        <translation>Hen ddarlun</translation>
    </message>
    <message>
        <source>On the ward</source>
        <translation>Ar y ward</translation>
    </message>
    <message>
        <source>One carer</source>
        <translation>Un gofalwr</translation>
    </message>
    <message>
        <source>Open record</source>
        <translation>Agor y cofnod</translation>
    </message>
    <message>
        <source>Opening the ward board</source>
        <translation>Yn agor bwrdd y ward</translation>
    </message>
    <message>
        <source>Other Specific</source>
        <translation>Arall Penodol</translation>
    </message>
    <message>
        <source>Over {hours} h</source>
        <translation>Dros {hours} awr</translation>
    </message>
    <message>
        <source>Overdue / at risk</source>
        <translation>Hwyr / mewn perygl</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Perchennog</translation>
    </message>
    <message>
        <source>PEG feeding</source>
        <translation>Bwydo drwy PEG</translation>
    </message>
    <message>
        <source>Parkinson's</source>
        <translation>Clefyd Parkinson</translation>
    </message>
    <message>
        <source>Pathway confirmed</source>
        <translation>Llwybr wedi'i gadarnhau</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Claf</translation>
    </message>
    <message>
        <source>People come with the PAS extract, or are added by hand.</source>
        <translation>Daw pobl gyda'r echdyniad PAS, neu cânt eu hychwanegu â llaw.</translation>
    </message>
    <message>
        <source>Person added to the board</source>
        <translation>Ychwanegwyd y person at y bwrdd</translation>
    </message>
    <message>
        <source>Pharmacy</source>
        <translation>Fferyllfa</translation>
    </message>
    <message>
        <source>Plan the departure</source>
        <translation>Cynllunio'r ymadawiad</translation>
    </message>
    <message>
        <source>Postcode</source>
        <translation>Cod post</translation>
    </message>
    <message>
        <source>Press Esc in the filter to empty it.</source>
        <translation>Pwyswch Esc yn yr hidlydd i'w wagio.</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Yn barod</translation>
    </message>
    <message>
        <source>Record the welfare check</source>
        <translation>Cofnodi'r gwiriad lles</translation>
    </message>
    <message>
        <source>Refer to the hub</source>
        <translation>Atgyfeirio i'r hwb</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Cyfeirnod</translation>
    </message>
    <message>
        <source>Referred</source>
        <translation>Atgyfeiriwyd</translation>
    </message>
    <message>
        <source>Review criteria to reside</source>
        <translation>Adolygu'r meini prawf i aros</translation>
    </message>
    <message>
        <source>Rows that changed since you last looked (F8 goes to the next)</source>
        <translation>Rhesi a newidiodd ers i chi edrych ddiwethaf (mae F8 yn mynd i'r nesaf)</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>Sad</translation>
    </message>
    <message>
        <source>Saved views …</source>
        <translation>Golygon wedi'u cadw …</translation>
    </message>
    <message>
        <source>Send new offers</source>
        <translation>Anfon cynigion newydd</translation>
    </message>
    <message>
        <source>Send offers</source>
        <translation>Anfon cynigion</translation>
    </message>
    <message>
        <source>Settle the departure gate</source>
        <translation>Cwblhau'r gofynion ymadael</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>Trefnu</translation>
    </message>
    <message>
        <source>Spell number</source>
        <translation>Rhif cyfnod</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>Cam</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Dechrau</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Camau</translation>
    </message>
    <message>
        <source>Stoma care</source>
        <translation>Gofal stoma</translation>
    </message>
    <message>
        <source>Stroke</source>
        <translation>Strôc</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>Sul</translation>
    </message>
    <message>
        <source>Surname</source>
        <translation>Cyfenw</translation>
    </message>
    <message>
        <source>Sync state</source>
        <translation>Cyflwr cysoni</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Tasgau</translation>
    </message>
    <message>
        <source>Telecare</source>
        <translation>Teleofal</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>Ffôn</translation>
    </message>
    <message>
        <source>The records of this desk are being read.</source>
        <translation>Mae cofnodion y ddesg hon yn cael eu darllen.</translation>
    </message>
    <message>
        <source>This desk alone</source>
        <translation>Y ddesg hon yn unig</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>Iau</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Teitl</translation>
    </message>
    <message>
        <source>Tracheostomy</source>
        <translation>Traceostomi</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>Cludiant</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>Maw</translation>
    </message>
    <message>
        <source>Two carers</source>
        <translation>Dau ofalwr</translation>
    </message>
    <message>
        <source>Under 12 h left</source>
        <translation>Llai na 12 awr ar ôl</translation>
    </message>
    <message>
        <source>Under review</source>
        <translation>Dan adolygiad</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Golwg</translation>
    </message>
    <message>
        <source>Views of {list}</source>
        <translation>Golygon {list}</translation>
    </message>
    <message>
        <source>Void</source>
        <translation>Di-rym</translation>
    </message>
    <message>
        <source>Voluntary sector</source>
        <translation>Y sector gwirfoddol</translation>
    </message>
    <message>
        <source>Waiting since NCTR</source>
        <translation>Yn aros ers dim meini prawf</translation>
    </message>
    <message>
        <source>Ward</source>
        <translation>Ward</translation>
    </message>
    <message>
        <source>Ward and bed</source>
        <translation>Ward a gwely</translation>
    </message>
    <message>
        <source>Ward board</source>
        <translation>Bwrdd y ward</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>Mer</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Beth newidiodd</translation>
    </message>
    <message>
        <source>Worker agreed</source>
        <translation>Gweithiwr wedi'i gytuno</translation>
    </message>
    <message>
        <source>act now</source>
        <translation>gweithredu nawr</translation>
    </message>
    <message>
        <source>as of {time}</source>
        <translation>ar {time}</translation>
    </message>
    <message>
        <source>assessment at home due {when}</source>
        <translation>asesiad gartref i'w wneud {when}</translation>
    </message>
    <message>
        <source>bed {bed}</source>
        <translation>gwely {bed}</translation>
    </message>
    <message>
        <source>changed since you last looked</source>
        <translation>newidiwyd ers i chi edrych ddiwethaf</translation>
    </message>
    <message>
        <source>criteria review due</source>
        <translation>adolygiad meini prawf i'w wneud</translation>
    </message>
    <message>
        <source>filtered by “{words}”</source>
        <translation>wedi'i hidlo gan “{words}”</translation>
    </message>
    <message>
        <source>last exchanged {when}</source>
        <translation>cyfnewidiwyd ddiwethaf {when}</translation>
    </message>
    <message>
        <source>last first</source>
        <translation>yr olaf yn gyntaf</translation>
    </message>
    <message>
        <source>longest {span}</source>
        <translation>hiraf {span}</translation>
    </message>
    <message>
        <source>next: {step}</source>
        <translation>nesaf: {step}</translation>
    </message>
    <message>
        <source>no bed</source>
        <translation>dim gwely</translation>
    </message>
    <message>
        <source>none</source>
        <translation>dim</translation>
    </message>
    <message>
        <source>not assessed at home</source>
        <translation>heb eu hasesu gartref</translation>
    </message>
    <message>
        <source>not exchanged yet</source>
        <translation>heb gyfnewid eto</translation>
    </message>
    <message>
        <source>not in extract of {day}</source>
        <translation>ddim yn echdyniad {day}</translation>
    </message>
    <message>
        <source>not yet confirmed</source>
        <translation>heb ei gadarnhau eto</translation>
    </message>
    <message>
        <source>pack superseded: print anew</source>
        <translation>pecyn wedi'i ddisodli: argraffu eto</translation>
    </message>
    <message>
        <source>pathway confirmed</source>
        <translation>llwybr wedi'i gadarnhau</translation>
    </message>
    <message>
        <source>planned departures</source>
        <translation>ymadawiadau wedi'u cynllunio</translation>
    </message>
    <message>
        <source>similar name</source>
        <translation>enw tebyg</translation>
    </message>
    <message>
        <source>since {when}</source>
        <translation>ers {when}</translation>
    </message>
    <message>
        <source>soon</source>
        <translation>yn fuan</translation>
    </message>
    <message>
        <source>left {bed}</source>
        <translation>wedi gadael {bed}</translation>
    </message>
    <message>
        <source>most pressing first</source>
        <translation>y rhai mwyaf brys yn gyntaf</translation>
    </message>
    <message>
        <source>sorted by {column}</source>
        <translation>trefnwyd yn ôl {column}</translation>
    </message>
    <message>
        <source>this desk alone, no shared database</source>
        <translation>y ddesg hon yn unig, dim cronfa ddata a rennir</translation>
    </message>
    <message>
        <source>to assess at home</source>
        <translation>i'w hasesu gartref</translation>
    </message>
    <message>
        <source>today</source>
        <translation>heddiw</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>yfory</translation>
    </message>
    <message>
        <source>was due {when}</source>
        <translation>i fod {when}</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>ddoe</translation>
    </message>
    <message>
        <source>{age} y</source>
        <translation>{age} oed</translation>
    </message>
    <message>
        <source>{number} changed since {when}</source>
        <translation>{number} wedi newid ers {when}</translation>
    </message>
    <message>
        <source>{number} h ago</source>
        <translation>{number} awr yn ôl</translation>
    </message>
    <message>
        <source>{number} min ago</source>
        <translation>{number} munud yn ôl</translation>
    </message>
    <message>
        <source>{number} open</source>
        <translation>{number} ar agor</translation>
    </message>
    <message>
        <source>{number} s ago</source>
        <translation>{number} eiliad yn ôl</translation>
    </message>
    <message>
        <source>{number} urgent</source>
        <translation>{number} brys</translation>
    </message>
    <message>
        <source>{rows}; all was last marked as seen {when}.</source>
        <translation>{rows}; nodwyd bod popeth wedi'i weld ddiwethaf {when}.</translation>
    </message>
    <message>
        <source>{shown} of {people}</source>
        <translation>{shown} o {people}</translation>
    </message>
    <message>
        <source>{span} left</source>
        <translation>{span} ar ôl</translation>
    </message>
    <message>
        <source>{span} over</source>
        <translation>{span} dros</translation>
    </message>
    <message>
        <source>{span} waiting</source>
        <translation>{span} yn aros</translation>
    </message>
    <message>
        <source>{waiting}, no criteria to reside {since}</source>
        <translation>{waiting}, dim meini prawf i aros {since}</translation>
    </message>
    <message numerus="yes">
        <source>%n changes</source>
        <translation>
            <numerusform>%n newid</numerusform>
            <numerusform>%n newid</numerusform>
            <numerusform>%n o newidiadau</numerusform>
            <numerusform>%n o newidiadau</numerusform>
            <numerusform>%n o newidiadau</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n diwrnod</numerusform>
            <numerusform>%n diwrnod</numerusform>
            <numerusform>%n diwrnod</numerusform>
            <numerusform>%n diwrnod</numerusform>
            <numerusform>%n diwrnod</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days waiting</source>
        <translation>
            <numerusform>%n diwrnod yn aros</numerusform>
            <numerusform>%n diwrnod yn aros</numerusform>
            <numerusform>%n diwrnod yn aros</numerusform>
            <numerusform>%n diwrnod yn aros</numerusform>
            <numerusform>%n diwrnod yn aros</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n offers out</source>
        <translation>
            <numerusform>%n cynnig allan</numerusform>
            <numerusform>%n cynnig allan</numerusform>
            <numerusform>%n o gynigion allan</numerusform>
            <numerusform>%n o gynigion allan</numerusform>
            <numerusform>%n o gynigion allan</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n person</numerusform>
            <numerusform>%n o bobl</numerusform>
            <numerusform>%n o bobl</numerusform>
            <numerusform>%n o bobl</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people are no longer on the board.</source>
        <translation>
            <numerusform>Nid oes %n person ar y bwrdd mwyach.</numerusform>
            <numerusform>Nid yw %n person ar y bwrdd mwyach.</numerusform>
            <numerusform>Nid yw %n o bobl ar y bwrdd mwyach.</numerusform>
            <numerusform>Nid yw %n o bobl ar y bwrdd mwyach.</numerusform>
            <numerusform>Nid yw %n o bobl ar y bwrdd mwyach.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows changed</source>
        <translation>
            <numerusform>%n rhes wedi newid</numerusform>
            <numerusform>%n rhes wedi newid</numerusform>
            <numerusform>%n o resi wedi newid</numerusform>
            <numerusform>%n o resi wedi newid</numerusform>
            <numerusform>%n o resi wedi newid</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n urgent tasks</source>
        <translation>
            <numerusform>%n tasg frys</numerusform>
            <numerusform>%n dasg frys</numerusform>
            <numerusform>%n o dasgau brys</numerusform>
            <numerusform>%n o dasgau brys</numerusform>
            <numerusform>%n o dasgau brys</numerusform>
        </translation>
    </message>
</context>
</TS>
