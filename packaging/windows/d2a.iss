; Inno Setup 6: an installer for every person of a PC, from the bundle that `make bundle` made on Windows.
;     iscc /DAppVersion=0.1.0 packaging\windows\d2a.iss
; Silent, as IT installs it:
;     d2a-desktop-0.1.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /ALLUSERS /LOG
; Desks lie in each person's own folder (%LOCALAPPDATA%\D2A Desktop); neither installing nor removing touches them.

#ifndef AppVersion
  #error Say which version: /DAppVersion=0.1.0
#endif
#ifndef Bundle
  #define Bundle "..\..\dist\d2a-desktop"
#endif

[Setup]
AppId={{6E0D4A0B-6C5B-4F0E-9A57-2B8D6B5F7C11}
AppName=D2A Desktop
AppVersion={#AppVersion}
AppPublisher=D2A Desktop maintainers
DefaultDirName={autopf}\D2A Desktop
DisableDirPage=yes
DisableProgramGroupPage=yes
DisableReadyPage=yes
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
; A window that is open holds its files: it is asked to close, and nothing is restarted behind a person's back.
CloseApplications=yes
RestartApplications=no
OutputDir=..\..\dist
OutputBaseFilename=d2a-desktop-{#AppVersion}-setup
SetupIconFile=..\icons\d2a.ico
UninstallDisplayIcon={app}\d2a-desktop.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
LicenseFile=..\..\LICENSE

[InstallDelete]
; Of the version before, so that no library of it stays beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "policy\d2a.admx"; DestDir: "{app}\policy"; Flags: ignoreversion
Source: "policy\en-GB\d2a.adml"; DestDir: "{app}\policy\en-GB"; Flags: ignoreversion

[Icons]
Name: "{commonprograms}\D2A Desktop"; Filename: "{app}\d2a-desktop.exe"; Comment: "From a ward to an assessment at home"
