<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="cy_GB" sourcelanguage="en_GB">
<context>
    <name>ward_board</name>
    <message>
        <source>/ filter</source>
        <translation type="unfinished">/ hidlo</translation>
    </message>
    <message>
        <source>? all shortcuts</source>
        <translation type="unfinished">? pob llwybr byr</translation>
    </message>
    <message>
        <source>A change was refused: {record}</source>
        <translation type="unfinished">Gwrthodwyd newid: {record}</translation>
    </message>
    <message>
        <source>A colleague shares this view.</source>
        <translation type="unfinished">Cydweithiwr sy'n rhannu'r golwg hwn.</translation>
    </message>
    <message>
        <source>A hospital number or a spell number is needed beside name, birth and admission.</source>
        <translation>Mae angen rhif ysbyty neu rif cyfnod yn ogystal ag enw, dyddiad geni a dyddiad derbyn.</translation>
    </message>
    <message>
        <source>A hospital shares a view with a ward.</source>
        <translation type="unfinished">Mae ysbyty'n rhannu golwg â ward.</translation>
    </message>
    <message>
        <source>A person the extract leaves out is never taken as discharged.</source>
        <translation type="unfinished">Ni chymerir byth fod person nad yw yn y detholiad wedi'i ryddhau.</translation>
    </message>
    <message>
        <source>A view is a filter, an order and columns.</source>
        <translation type="unfinished">Hidlydd, trefn a cholofnau yw golwg.</translation>
    </message>
    <message>
        <source>A view needs a name.</source>
        <translation type="unfinished">Mae angen enw ar olwg.</translation>
    </message>
    <message>
        <source>About</source>
        <translation type="unfinished">Ynghylch</translation>
    </message>
    <message>
        <source>Acceptance requested</source>
        <translation>Gofynnwyd am dderbyn</translation>
    </message>
    <message>
        <source>Account of the import</source>
        <translation type="unfinished">Hanes y mewnforio</translation>
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
        <source>Alerts</source>
        <translation type="unfinished">Rhybuddion</translation>
    </message>
    <message>
        <source>Alerts: {words}</source>
        <translation type="unfinished">Rhybuddion: {words}</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Pawb</translation>
    </message>
    <message>
        <source>All files</source>
        <translation type="unfinished">Pob ffeil</translation>
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
        <source>Also: {closed}.</source>
        <translation type="unfinished">Hefyd: {closed}.</translation>
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
        <source>Ask whoever shared it.</source>
        <translation type="unfinished">Gofynnwch i'r sawl a'i rhannodd.</translation>
    </message>
    <message>
        <source>Assess at home</source>
        <translation>Asesu gartref</translation>
    </message>
    <message>
        <source>Assess at home by {when}</source>
        <translation type="unfinished">Asesu gartref erbyn {when}</translation>
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
        <source>Assess now, overdue</source>
        <translation>Asesu nawr, mae'n hwyr</translation>
    </message>
    <message>
        <source>At home</source>
        <translation>Gartref</translation>
    </message>
    <message>
        <source>Attach discharge letter…</source>
        <translation type="unfinished">Atodi'r llythyr rhyddhau…</translation>
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
        <source>Begin with it at sign-in</source>
        <translation type="unfinished">Dechrau gyda hwn wrth fewngofnodi</translation>
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
        <source>CSV for spreadsheets</source>
        <translation type="unfinished">CSV ar gyfer taenlenni</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">Canslo</translation>
    </message>
    <message>
        <source>Care transfer hub</source>
        <translation>Hwb trosglwyddo gofal</translation>
    </message>
    <message>
        <source>Case {case}</source>
        <translation type="unfinished">Achos {case}</translation>
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
        <source>Changes</source>
        <translation type="unfinished">Yn newid</translation>
    </message>
    <message>
        <source>Choose a PAS extract</source>
        <translation type="unfinished">Dewis detholiad PAS</translation>
    </message>
    <message>
        <source>Choose a file to see what it would change.</source>
        <translation type="unfinished">Dewiswch ffeil i weld beth y byddai'n ei newid.</translation>
    </message>
    <message>
        <source>Choose a name without one.</source>
        <translation type="unfinished">Dewiswch enw hebddo.</translation>
    </message>
    <message>
        <source>Choose a row with the arrow keys to see its details here.</source>
        <translation>Dewiswch res â'r bysellau saeth i weld ei manylion yma.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation type="unfinished">Dewiswch enw arall.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation type="unfinished">Dewiswch un arall.</translation>
    </message>
    <message>
        <source>Choose file…</source>
        <translation type="unfinished">Dewis ffeil…</translation>
    </message>
    <message>
        <source>Choose one.</source>
        <translation type="unfinished">Dewiswch un.</translation>
    </message>
    <message>
        <source>Choose your ward</source>
        <translation type="unfinished">Dewiswch eich ward</translation>
    </message>
    <message>
        <source>Choose your ward first.</source>
        <translation type="unfinished">Dewiswch eich ward yn gyntaf.</translation>
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
        <source>Column</source>
        <translation type="unfinished">Colofn</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation type="unfinished">Colofnau</translation>
    </message>
    <message>
        <source>Columns of {list}</source>
        <translation type="unfinished">Colofnau {list}</translation>
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
        <source>Ctrl Enter does it, Esc leaves it and keeps a draft</source>
        <translation type="unfinished">Ctrl Enter i'w wneud, Esc i adael a chadw drafft</translation>
    </message>
    <message>
        <source>DRAFT, missing: {parts}.</source>
        <translation type="unfinished">DRAFFT, ar goll: {parts}.</translation>
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
        <source>Delete</source>
        <translation type="unfinished">Dileu</translation>
    </message>
    <message>
        <source>Delete one first.</source>
        <translation type="unfinished">Dilëwch un yn gyntaf.</translation>
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
        <source>Dismiss</source>
        <translation type="unfinished">Cau'r neges</translation>
    </message>
    <message>
        <source>Done: {steps}</source>
        <translation>Wedi gwneud: {steps}</translation>
    </message>
    <message>
        <source>Draft saved {time} on this computer</source>
        <translation type="unfinished">Cadwyd y drafft am {time} ar y cyfrifiadur hwn</translation>
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
        <source>Enter open</source>
        <translation type="unfinished">Enter agor</translation>
    </message>
    <message>
        <source>Enter this</source>
        <translation type="unfinished">Rhowch hwn</translation>
    </message>
    <message>
        <source>Equipment service</source>
        <translation>Gwasanaeth offer</translation>
    </message>
    <message>
        <source>Error: {words}.</source>
        <translation type="unfinished">Gwall: {words}.</translation>
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
        <source>Export this list</source>
        <translation type="unfinished">Allforio'r rhestr hon</translation>
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
        <source>Find in the pack</source>
        <translation type="unfinished">Chwilio yn y pecyn</translation>
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
        <source>Handover pack</source>
        <translation type="unfinished">Pecyn trosglwyddo</translation>
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
        <source>Home assessment pack</source>
        <translation type="unfinished">Pecyn asesu gartref</translation>
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
        <source>Import a PAS extract</source>
        <translation type="unfinished">Mewnforio detholiad PAS</translation>
    </message>
    <message>
        <source>Import extract</source>
        <translation>Mewnforio echdyniad</translation>
    </message>
    <message>
        <source>Importing</source>
        <translation type="unfinished">Yn mewnforio</translation>
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
        <source>Is now</source>
        <translation type="unfinished">Nawr</translation>
    </message>
    <message>
        <source>It cannot be brought back.</source>
        <translation type="unfinished">Ni ellir ei gael yn ôl.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation type="unfinished">Ei gadw</translation>
    </message>
    <message>
        <source>Key sheet</source>
        <translation type="unfinished">Taflen allwedd</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished">Bysellau</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished">Math</translation>
    </message>
    <message>
        <source>Kind of pack</source>
        <translation type="unfinished">Math o becyn</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation type="unfinished">Mwy</translation>
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
        <source>Line</source>
        <translation type="unfinished">Llinell</translation>
    </message>
    <message>
        <source>Look at</source>
        <translation type="unfinished">Edrychwch</translation>
    </message>
    <message>
        <source>Making the pack…</source>
        <translation type="unfinished">Yn gwneud y pecyn…</translation>
    </message>
    <message>
        <source>Male</source>
        <translation>Gwryw</translation>
    </message>
    <message>
        <source>Mark as given</source>
        <translation type="unfinished">Nodi wedi'i roi</translation>
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
        <source>Move down</source>
        <translation type="unfinished">Symud i lawr</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation type="unfinished">Symud i fyny</translation>
    </message>
    <message>
        <source>N new person</source>
        <translation type="unfinished">N person newydd</translation>
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
        <source>Name</source>
        <translation type="unfinished">Enw</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Anghenion</translation>
    </message>
    <message>
        <source>Never a patient's name or number: others read it.</source>
        <translation type="unfinished">Byth enw na rhif claf: bydd eraill yn ei ddarllen.</translation>
    </message>
    <message>
        <source>New</source>
        <translation type="unfinished">Newydd</translation>
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
        <source>No reply by {when}</source>
        <translation type="unfinished">Dim ateb erbyn {when}</translation>
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
        <source>No view is saved yet. Name how the list stands now.</source>
        <translation type="unfinished">Nid oes golwg wedi'i gadw eto. Rhowch enw ar y rhestr fel y mae nawr.</translation>
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
        <source>Not known</source>
        <translation type="unfinished">Anhysbys</translation>
    </message>
    <message>
        <source>{number} (not verified)</source>
        <translation type="unfinished">{number} (heb ei ddilysu)</translation>
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
        <source>Not assessed at home: {clock}</source>
        <translation type="unfinished">Heb ei asesu gartref: {clock}</translation>
    </message>
    <message>
        <source>Not at sign-in any more</source>
        <translation type="unfinished">Nid wrth fewngofnodi mwyach</translation>
    </message>
    <message>
        <source>Not described yet</source>
        <translation>Heb ei ddisgrifio eto</translation>
    </message>
    <message>
        <source>Not in extract</source>
        <translation type="unfinished">Ddim yn y detholiad</translation>
    </message>
    <message>
        <source>Not in the pack</source>
        <translation type="unfinished">Ddim yn y pecyn</translation>
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
        <source>Nothing goes in before you say so.</source>
        <translation type="unfinished">Nid oes dim yn mynd i mewn cyn i chi ddweud.</translation>
    </message>
    <message>
        <source>Nothing in this file is new. There is nothing to take in.</source>
        <translation type="unfinished">Nid oes dim newydd yn y ffeil hon. Nid oes dim i'w gymryd i mewn.</translation>
    </message>
    <message>
        <source>Nothing is in yet. Look at what would change, then take it in.</source>
        <translation type="unfinished">Nid oes dim i mewn eto. Edrychwch ar yr hyn a fyddai'n newid, yna cymerwch ef i mewn.</translation>
    </message>
    <message>
        <source>Nothing matches this filter</source>
        <translation>Does dim yn cyfateb i'r hidlydd hwn</translation>
    </message>
    <message>
        <source>Nothing presses now.</source>
        <translation type="unfinished">Nid oes dim yn pwyso nawr.</translation>
    </message>
    <message>
        <source>Offer</source>
        <translation type="unfinished">Cynnig</translation>
    </message>
    <message>
        <source>Offer {reference}</source>
        <translation type="unfinished">Cynnig {reference}</translation>
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
        <source>Only me</source>
        <translation type="unfinished">Fi yn unig</translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished">Agor</translation>
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
        <source>Other columns</source>
        <translation type="unfinished">Colofnau eraill</translation>
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
        <source>P print pack</source>
        <translation type="unfinished">P argraffu pecyn</translation>
    </message>
    <message>
        <source>PAS extracts</source>
        <translation type="unfinished">Detholiadau PAS</translation>
    </message>
    <message>
        <source>PEG feeding</source>
        <translation>Bwydo drwy PEG</translation>
    </message>
    <message>
        <source>Pack preview</source>
        <translation type="unfinished">Rhagolwg y pecyn</translation>
    </message>
    <message>
        <source>Page</source>
        <translation type="unfinished">Tudalen</translation>
    </message>
    <message>
        <source>Page {number}</source>
        <translation type="unfinished">Tudalen {number}</translation>
    </message>
    <message>
        <source>Page {number} of {total}</source>
        <translation type="unfinished">Tudalen {number} o {total}</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished">Tudalennau</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation type="unfinished">Papur</translation>
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
        <source>Patient copy</source>
        <translation type="unfinished">Copi'r claf</translation>
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
        <source>Person not confirmed home since {when}</source>
        <translation type="unfinished">Heb gadarnhau bod y person gartref ers {when}</translation>
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
        <source>Print…</source>
        <translation type="unfinished">Argraffu…</translation>
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
        <source>Recorded as given to {name}.</source>
        <translation type="unfinished">Cofnodwyd ei roi i {name}.</translation>
    </message>
    <message>
        <source>Red task</source>
        <translation type="unfinished">Tasg goch</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished">Ail-wneud</translation>
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
        <source>Refused</source>
        <translation type="unfinished">Gwrthodwyd</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished">Ailenwi</translation>
    </message>
    <message>
        <source>Reply by {when}</source>
        <translation type="unfinished">Ateb erbyn {when}</translation>
    </message>
    <message>
        <source>Requested: the shared database confirms at the next sync.</source>
        <translation type="unfinished">Gofynnwyd: bydd y gronfa ddata a rennir yn cadarnhau wrth gydamseru nesaf.</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation type="unfinished">Ailosod</translation>
    </message>
    <message>
        <source>Review criteria to reside</source>
        <translation>Adolygu'r meini prawf i aros</translation>
    </message>
    <message>
        <source>Rows that cannot go in are listed with line, column and reason.</source>
        <translation type="unfinished">Rhestrir rhesi na allant fynd i mewn gyda llinell, colofn a rheswm.</translation>
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
        <source>Save PDF…</source>
        <translation type="unfinished">Cadw PDF…</translation>
    </message>
    <message>
        <source>Save as new</source>
        <translation type="unfinished">Cadw fel un newydd</translation>
    </message>
    <message>
        <source>Save refused rows</source>
        <translation type="unfinished">Cadw'r rhesi a wrthodwyd</translation>
    </message>
    <message>
        <source>Save refused rows…</source>
        <translation type="unfinished">Cadw'r rhesi a wrthodwyd…</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation type="unfinished">Golygon wedi'u cadw</translation>
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
        <source>Gate, then departure</source>
        <translation>Gofynion ymadael, yna ymadael</translation>
    </message>
    <message>
        <source>Settle the departure gate</source>
        <translation>Cwblhau'r gofynion ymadael</translation>
    </message>
    <message>
        <source>Share with this team</source>
        <translation type="unfinished">Rhannu â'r tîm hwn</translation>
    </message>
    <message>
        <source>Share with this ward</source>
        <translation type="unfinished">Rhannu â'r ward hon</translation>
    </message>
    <message>
        <source>Shared. Colleagues find it after the next exchange.</source>
        <translation type="unfinished">Rhannwyd. Bydd cydweithwyr yn ei weld ar ôl y cyfnewid nesaf.</translation>
    </message>
    <message>
        <source>Show these</source>
        <translation type="unfinished">Dangos y rhain</translation>
    </message>
    <message>
        <source>Show these in the list</source>
        <translation type="unfinished">Dangos y rhain yn y rhestr</translation>
    </message>
    <message>
        <source>Show this view</source>
        <translation type="unfinished">Dangos y golwg hwn</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation type="unfinished">Llai</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>Trefnu</translation>
    </message>
    <message>
        <source>Space peek</source>
        <translation type="unfinished">Bylchwr cipolwg</translation>
    </message>
    <message>
        <source>Space shows or hides a column. Alt+Up and Alt+Down move it.</source>
        <translation type="unfinished">Mae'r bylchwr yn dangos neu'n cuddio colofn. Mae Alt+I fyny ac Alt+I lawr yn ei symud.</translation>
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
        <source>Stage: {stage}.</source>
        <translation type="unfinished">Cam: {stage}.</translation>
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
        <source>Sync</source>
        <translation type="unfinished">Cydamseru</translation>
    </message>
    <message>
        <source>Sync state</source>
        <translation>Cyflwr cysoni</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation type="unfinished">Tynnu'n ôl</translation>
    </message>
    <message>
        <source>Take one back first.</source>
        <translation type="unfinished">Tynnwch un yn ôl yn gyntaf.</translation>
    </message>
    <message>
        <source>Take the letter off</source>
        <translation type="unfinished">Tynnu'r llythyr</translation>
    </message>
    <message>
        <source>Take this in</source>
        <translation type="unfinished">Cymryd hwn i mewn</translation>
    </message>
    <message>
        <source>Taken back. After the next exchange colleagues find it no more; whoever began with it finds the list as they left it.</source>
        <translation type="unfinished">Tynnwyd yn ôl. Ar ôl y cyfnewid nesaf ni fydd cydweithwyr yn ei weld mwyach; bydd pwy bynnag a ddechreuodd ag ef yn gweld y rhestr fel y'i gadawsant.</translation>
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
        <source>The import was cancelled. Nothing was imported.</source>
        <translation type="unfinished">Canslwyd y mewnforio. Ni fewnforiwyd dim.</translation>
    </message>
    <message>
        <source>The records of this desk are being read.</source>
        <translation>Mae cofnodion y ddesg hon yn cael eu darllen.</translation>
    </message>
    <message>
        <source>The refused rows are saved. They hold identities: keep them safe.</source>
        <translation type="unfinished">Cadwyd y rhesi a wrthodwyd. Maent yn cynnwys manylion pobl: cadwch nhw'n ddiogel.</translation>
    </message>
    <message>
        <source>The view “{name}” is not shared any more. The list is as you left it.</source>
        <translation type="unfinished">Nid yw'r golwg “{name}” yn cael ei rannu mwyach. Mae'r rhestr fel y'i gadawsoch.</translation>
    </message>
    <message>
        <source>The words typed into its filter stay with your own view.</source>
        <translation type="unfinished">Mae'r geiriau a deipiwyd yn yr hidlydd yn aros gyda'ch golwg chi.</translation>
    </message>
    <message>
        <source>There is a problem</source>
        <translation type="unfinished">Mae problem</translation>
    </message>
    <message>
        <source>There is a view of that name.</source>
        <translation type="unfinished">Mae golwg o'r enw hwnnw eisoes.</translation>
    </message>
    <message>
        <source>This desk alone</source>
        <translation>Y ddesg hon yn unig</translation>
    </message>
    <message>
        <source>This list begins as you leave it.</source>
        <translation type="unfinished">Mae'r rhestr hon yn dechrau fel y gadawsoch hi.</translation>
    </message>
    <message>
        <source>This list begins with it at each sign-in, without typed words.</source>
        <translation type="unfinished">Mae'r rhestr hon yn dechrau gydag ef bob tro y mewngofnodwch, heb eiriau a deipiwyd.</translation>
    </message>
    <message>
        <source>This name looks like an NHS number.</source>
        <translation type="unfinished">Mae'r enw hwn yn edrych fel rhif GIG.</translation>
    </message>
    <message>
        <source>This view cannot be shared: it holds more than columns and choices.</source>
        <translation type="unfinished">Ni ellir rhannu'r golwg hwn: mae'n cynnwys mwy na cholofnau a dewisiadau.</translation>
    </message>
    <message>
        <source>This view is not shared any more.</source>
        <translation type="unfinished">Nid yw'r golwg hwn yn cael ei rannu mwyach.</translation>
    </message>
    <message>
        <source>Throw it away</source>
        <translation type="unfinished">Ei daflu</translation>
    </message>
    <message>
        <source>Throw the draft away?</source>
        <translation type="unfinished">Taflu'r drafft?</translation>
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
        <source>Two edits met: {record}</source>
        <translation type="unfinished">Dau newid wedi cwrdd: {record}</translation>
    </message>
    <message>
        <source>Type one, e.g. Leaving this week.</source>
        <translation type="unfinished">Teipiwch un, e.e. Yn gadael yr wythnos hon.</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation type="unfinished">Heb newid</translation>
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
        <source>Undo</source>
        <translation type="unfinished">Dadwneud</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished">Ei ddefnyddio</translation>
    </message>
    <message>
        <source>Use the new header</source>
        <translation type="unfinished">Defnyddio'r pennawd newydd</translation>
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
        <source>What</source>
        <translation type="unfinished">Beth</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Beth newidiodd</translation>
    </message>
    <message>
        <source>Who took it</source>
        <translation type="unfinished">Pwy a'i cymerodd</translation>
    </message>
    <message>
        <source>Who took the pack</source>
        <translation type="unfinished">Pwy a gymerodd y pecyn</translation>
    </message>
    <message>
        <source>Why it is printed</source>
        <translation type="unfinished">Pam y'i hargreffir</translation>
    </message>
    <message>
        <source>Why it is printed, such as: discharge today</source>
        <translation type="unfinished">Pam y'i hargreffir, er enghraifft: rhyddhau heddiw</translation>
    </message>
    <message>
        <source>Will be, or why</source>
        <translation type="unfinished">I ddod, neu pam</translation>
    </message>
    <message>
        <source>Worker agreed</source>
        <translation>Gweithiwr wedi'i gytuno</translation>
    </message>
    <message>
        <source>Worker changeover sheet</source>
        <translation type="unfinished">Taflen newid gweithiwr</translation>
    </message>
    <message>
        <source>Worker not confirmed since {when}</source>
        <translation type="unfinished">Heb gadarnhau'r gweithiwr ers {when}</translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished">Yn gweithio</translation>
    </message>
    <message>
        <source>Yes, throw it away</source>
        <translation type="unfinished">Iawn, ei daflu</translation>
    </message>
    <message>
        <source>You have a draft of this</source>
        <translation type="unfinished">Mae gennych ddrafft o hwn</translation>
    </message>
    <message>
        <source>Your role shares no views.</source>
        <translation type="unfinished">Nid yw eich rôl yn rhannu golygon.</translation>
    </message>
    <message>
        <source>Yours follow your login on this desk. A ward's are seen by your hospital.</source>
        <translation type="unfinished">Mae eich rhai chi'n dilyn eich mewngofnod ar y ddesg hon. Mae eich ysbyty'n gweld rhai ward.</translation>
    </message>
    <message>
        <source>Yours follow your login on this desk. Shared ones are seen by your team.</source>
        <translation type="unfinished">Mae eich rhai chi'n dilyn eich mewngofnod ar y ddesg hon. Mae eich tîm yn gweld rhai a rennir.</translation>
    </message>
    <message>
        <source>a former colleague</source>
        <translation type="unfinished">cyn-gydweithiwr</translation>
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
        <source>at each sign-in</source>
        <translation type="unfinished">bob tro y mewngofnodwch</translation>
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
        <source>kept on this computer {when}</source>
        <translation type="unfinished">wedi'i gadw ar y cyfrifiadur hwn {when}</translation>
    </message>
    <message>
        <source>last exchanged just now</source>
        <translation type="unfinished">cyfnewidiwyd ddiwethaf yr eiliad hon</translation>
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
        <source>left {bed}</source>
        <translation>wedi gadael {bed}</translation>
    </message>
    <message>
        <source>longest {span}</source>
        <translation>hiraf {span}</translation>
    </message>
    <message>
        <source>most pressing first</source>
        <translation>y rhai mwyaf brys yn gyntaf</translation>
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
        <source>shared by {who}, {when}</source>
        <translation type="unfinished">rhannwyd gan {who}, {when}</translation>
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
        <source>you</source>
        <translation type="unfinished">chi</translation>
    </message>
    <message>
        <source>{age} y</source>
        <translation>{age} oed</translation>
    </message>
    <message>
        <source>{alerts}, {number} urgent</source>
        <translation type="unfinished">{alerts}, {number} yn frys</translation>
    </message>
    <message>
        <source>{column} (always shown)</source>
        <translation type="unfinished">{column} (i'w gweld bob amser)</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation type="unfinished">{done} o {total}</translation>
    </message>
    <message>
        <source>{field} (optional)</source>
        <translation type="unfinished">{field} (dewisol)</translation>
    </message>
    <message>
        <source>{kind} · {pages} · prints carry the name {name}, the time and the version</source>
        <translation type="unfinished">{kind} · {pages} · mae printiau'n dwyn yr enw {name}, yr amser a'r fersiwn</translation>
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
        <source>{paper} ends soon: {when}</source>
        <translation type="unfinished">{paper} yn dod i ben yn fuan: {when}</translation>
    </message>
    <message>
        <source>{paper} has ended: {when}</source>
        <translation type="unfinished">{paper} wedi dod i ben: {when}</translation>
    </message>
    <message>
        <source>{people}, marked so on the ward board</source>
        <translation type="unfinished">{people}, wedi'u nodi felly ar fwrdd y ward</translation>
    </message>
    <message>
        <source>{reference}, version {version}, {pages}: recorded.</source>
        <translation type="unfinished">{reference}, fersiwn {version}, {pages}: cofnodwyd.</translation>
    </message>
    <message>
        <source>{rows} written. The export is recorded as a disclosure; the file holds identities: keep it safe.</source>
        <translation type="unfinished">Ysgrifennwyd {rows}. Cofnodir yr allforio fel datgeliad; mae'r ffeil yn cynnwys manylion pobl: cadwch hi'n ddiogel.</translation>
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
    <message>
        <source>“{name}” names {columns} that this version does not know: it is shown without.</source>
        <translation type="unfinished">Mae “{name}” yn enwi {columns} nad yw'r fersiwn hon yn eu hadnabod: dangosir y golwg hebddynt.</translation>
    </message>
    <message>
        <source>↑↓ move</source>
        <translation type="unfinished">↑↓ symud</translation>
    </message>
    <message numerus="yes">
        <source>%n alerts</source>
        <translation type="unfinished">
            <numerusform>%n rhybudd</numerusform>
            <numerusform>%n rhybudd</numerusform>
            <numerusform>%n o rybuddion</numerusform>
            <numerusform>%n o rybuddion</numerusform>
            <numerusform>%n o rybuddion</numerusform>
        </translation>
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
        <source>%n columns</source>
        <translation type="unfinished">
            <numerusform>%n golofn</numerusform>
            <numerusform>%n golofn</numerusform>
            <numerusform>%n o golofnau</numerusform>
            <numerusform>%n o golofnau</numerusform>
            <numerusform>%n o golofnau</numerusform>
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
        <source>%n pages</source>
        <translation type="unfinished">
            <numerusform>%n dudalen</numerusform>
            <numerusform>%n dudalen</numerusform>
            <numerusform>%n o dudalennau</numerusform>
            <numerusform>%n o dudalennau</numerusform>
            <numerusform>%n o dudalennau</numerusform>
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
        <source>%n rows</source>
        <translation type="unfinished">
            <numerusform>%n rhes</numerusform>
            <numerusform>%n rhes</numerusform>
            <numerusform>%n o resi</numerusform>
            <numerusform>%n o resi</numerusform>
            <numerusform>%n o resi</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows are in.</source>
        <translation type="unfinished">
            <numerusform>%n rhes i mewn.</numerusform>
            <numerusform>%n rhes i mewn.</numerusform>
            <numerusform>%n o resi i mewn.</numerusform>
            <numerusform>%n o resi i mewn.</numerusform>
            <numerusform>%n o resi i mewn.</numerusform>
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
