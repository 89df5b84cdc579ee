// Connects a product written in Delphi to vitale-testbed: a console program around the unit of yours that reads a card.
//
//     fpc -Mdelphi adapter.dpr                          (Free Pascal; or dcc64 adapter.dpr in Delphi XE7 or later)
//     vitale certify --product "exec:./adapter"
//
// Here that unit is `ReadVitale`, a product written for the API de lecture Vitale: it takes an XML document of the three
// functions Hn_ and shows who is insured, by whom, and whose rights are where. Put your own in its place.
program adapter;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX} cwstring, {$ENDIF}
  SysUtils, Classes, {$IFDEF FPC} fpjson, jsonparser {$ELSE} System.JSON {$ENDIF};

const
  // Yours; ours is made by `vitale apilec build` and is not there for Windows.
  API_LEC = {$IFDEF MSWINDOWS} 'api_lec64.dll' {$ELSE} 'libapilec.so' {$ENDIF};

  // `carries` says what the product reads: it is held to that, and to nothing else.
  PRODUCT = '{"name": "Delphi example", "version": "1.0", "vendor": "vitale-testbed", "language": "Delphi", "capabilities": [], ' +
    '"carries": ["assure.nir", "assure.cle", "assure.regime", "assure.caisse", "assure.centre", "assure.code_gestion", ' +
    '"beneficiaires", "beneficiaires[*].index", "beneficiaires[*].nom_usuel", "beneficiaires[*].nom_patronymique", ' +
    '"beneficiaires[*].prenom", "beneficiaires[*].rang_naissance", "beneficiaires[*].qualite", "beneficiaires[*].adresse", ' +
    '"beneficiaires[*].naissance.en_carte", "beneficiaires[*].nir_certifie", "beneficiaires[*].cle_nir_certifie", "refusal"]}';

function Hn_Init(pcChemin: PAnsiChar; var pusMode, pusCodeErreur: Word): Word; cdecl; external API_LEC;
function Hn_LectureVitaleDonneesIdentification(sTempsAttente: SmallInt; pcDataOut: PAnsiChar; var puiLgDataOut: Cardinal;
  var psEtatCarte: SmallInt; var pusCodeErreur: Word): Word; cdecl; external API_LEC;
function Hn_Finir(var pusCodeErreur: Word): Word; cdecl; external API_LEC;

type
  ERefusal = class(Exception) // what the user must be told; the codes are those of docs/codes.md
    Code: string;
    constructor Create(const ACode, AMessage: string);
  end;

constructor ERefusal.Create(const ACode, AMessage: string);
begin
  inherited Create(AMessage);
  Code := ACode;
end;

// ---- JSON: Delphi and Free Pascal have units of their own for it. ---------------------------------------------------------

// The text of a key of the object in Line; '' where there is none, and for what is no object.
function TextOf(const Line, Key: string): string;
{$IFDEF FPC}
var
  Data: TJSONData;
begin
  Result := '';
  Data := nil;
  try
    try
      Data := GetJSON(Line);
      if Data is TJSONObject then Result := TJSONObject(Data).Get(Key, '');
    except
      on EJSONParser do ;
    end;
  finally
    Data.Free;
  end;
end;
{$ELSE}
var
  Data: TJSONValue;
begin
  Data := TJSONObject.ParseJSONValue(Line);
  try
    if not ((Data is TJSONObject) and Data.TryGetValue<string>(Key, Result)) then Result := '';
  finally
    Data.Free;
  end;
end;
{$ENDIF}

function Quoted(const Text: string): string;
var
  C: Char;
begin
  Result := '"';
  for C in Text do
    case C of
      '"', '\': Result := Result + '\' + C;
      #0..#31: Result := Result + '\u' + IntToHex(Ord(C), 4);
    else
      Result := Result + C;
    end;
  Result := Result + '"';
end;

// ---- The product: the part of yours. ---------------------------------------------------------------------------------------

// What stands between <Name> and </Name>, the first time; '' where there is none.
function Element(const Xml, Name: string): string;
var
  First, Last: Integer;
begin
  Result := '';
  First := Pos('<' + Name + '>', Xml);
  Last := Pos('</' + Name + '>', Xml);
  if (First = 0) or (Last < First) then Exit;
  First := First + Length(Name) + 2;
  Result := Copy(Xml, First, Last - First);
  Result := StringReplace(Result, '&lt;', '<', [rfReplaceAll]);
  Result := StringReplace(Result, '&gt;', '>', [rfReplaceAll]);
  Result := StringReplace(Result, '&quot;', '"', [rfReplaceAll]);
  Result := StringReplace(Result, '&apos;', '''', [rfReplaceAll]);
  Result := StringReplace(Result, '&amp;', '&', [rfReplaceAll]);
end;

// ISO-8859-1, as the document is, whatever the encoding of strings here.
function FromLatin1(const Bytes: array of AnsiChar; Count: Integer): string;
var
  At: Integer;
  Wide: UnicodeString;
begin
  SetLength(Wide, Count);
  for At := 1 to Count do Wide[At] := WideChar(Ord(Bytes[At - 1]));
  {$IFDEF FPC} Result := UTF8Encode(Wide); {$ELSE} Result := Wide; {$ENDIF}
end;

procedure Check(Code: Word);
begin
  case Code of // the numbers of our library; those of the real one are not public
    0: ;
    20031: raise ERefusal.Create('vitale_absent', 'There is no Vitale card in the reader.');
    20032: raise ERefusal.Create('vitale_unknown', 'This card is not a Vitale card.');
    20033: raise ERefusal.Create('vitale_removed', 'The card was taken out.');
    20034: raise ERefusal.Create('vitale_mute', 'The card does not answer.');
    20035: raise ERefusal.Create('vitale_changed', 'The card was exchanged.');
    20036: raise ERefusal.Create('reader_unavailable', 'The reader cannot be reached.');
    20037: raise ERefusal.Create('card_data_invalid', 'The card cannot be understood.');
  else
    raise ERefusal.Create('api_lec_' + IntToStr(Code), 'api_lec says ' + IntToStr(Code) + '.');
  end;
end;

function ReadDocument(const IniFile: string): string;
var
  Buffer: array[0..65535] of AnsiChar;
  Size: Cardinal;
  Mode, Code: Word;
  State: SmallInt;
begin
  Mode := 0;
  Code := 0;
  State := 0;
  Size := SizeOf(Buffer);
  Check(Hn_Init(PAnsiChar(AnsiString(IniFile)), Mode, Code));
  try
    Check(Hn_LectureVitaleDonneesIdentification(2, Buffer, Size, State, Code));
    Result := FromLatin1(Buffer, Size);
  finally
    Hn_Finir(Code);
  end;
end;

// A key of the card object and the text of its element.
function Pair(const Key, Text: string): string;
begin
  Result := Quoted(Key) + ': ' + Quoted(Text);
end;

// A number of 13 characters and its key, which stand together in the document.
function Number(const Key, KeyOfKey, Text: string): string;
begin
  Result := Pair(Key, Copy(Text, 1, 13)) + ', ' + Pair(KeyOfKey, Copy(Text, 14, 2));
end;

function Beneficiary(const Xml: string; Index: Integer): string;
begin
  Result := '{"index": ' + IntToStr(Index) + ', ' + Pair('nom_usuel', Element(Xml, 'nomUsuel')) + ', ' +
    Pair('nom_patronymique', Element(Xml, 'nomPatronymique')) + ', ' + Pair('prenom', Element(Xml, 'prenomUsuel')) + ', ' +
    Pair('rang_naissance', Element(Xml, 'rangDeNaissance')) + ', ' + Pair('qualite', Element(Xml, 'qualBenef')) + ', ' +
    '"naissance": {' + Pair('en_carte', Element(Xml, 'dateEnCarte')) + '}, ' +
    '"adresse": [' + Quoted(Element(Xml, 'ligne1')) + ', ' + Quoted(Element(Xml, 'ligne2')) + ', ' + Quoted(Element(Xml, 'ligne3')) +
    ', ' + Quoted(Element(Xml, 'ligne4')) + ', ' + Quoted(Element(Xml, 'ligne5')) + '], ' +
    Number('nir_certifie', 'cle_nir_certifie', Element(Xml, 'nirCertifie')) + '}';
end;

// The card object of docs/card-object.md, as far as `carries` goes.
function CardObject(const Xml: string): string;
const
  LAST_TAG = '</T_AsnBeneficiaire>';
var
  Rest, Beneficiaries: string;
  Index: Integer;
begin
  Rest := Xml;
  Beneficiaries := '';
  Index := 0;
  while Pos(LAST_TAG, Rest) > 0 do
  begin
    Inc(Index);
    if Index > 1 then Beneficiaries := Beneficiaries + ', ';
    Beneficiaries := Beneficiaries + Beneficiary(Copy(Rest, 1, Pos(LAST_TAG, Rest) - 1), Index);
    Delete(Rest, 1, Pos(LAST_TAG, Rest) + Length(LAST_TAG) - 1);
  end;
  Result := '{"assure": {' + Number('nir', 'cle', Element(Xml, 'nir')) + ', ' + Pair('regime', Element(Xml, 'codeRegime')) + ', ' +
    Pair('caisse', Element(Xml, 'caisse')) + ', ' + Pair('centre', Element(Xml, 'centreGestion')) + ', ' +
    Pair('code_gestion', Element(Xml, 'codeGestion')) + '}, "beneficiaires": [' + Beneficiaries + '], ' +
    '"protected": {"status": "withheld", "code": "cps_absent"}}'; // it never asks for the protected data
end;

function ReadVitale(const Reader: string): string;
var
  IniFile: string;
  Ini: TStringList;
begin
  IniFile := IncludeTrailingPathDelimiter(GetCurrentDir) + 'api_lec.ini';
  Ini := TStringList.Create;
  try
    if Copy(Reader, 1, 5) = 'pcsc:' then Ini.Add('Ressource_Vitale=' + Copy(Reader, 6, Length(Reader)))
    else Ini.Add('Ressource_Vitale=' + Reader);
    Ini.SaveToFile(IniFile);
  finally
    Ini.Free;
  end;
  Result := CardObject(ReadDocument(IniFile));
end;

// ---- The messages: one JSON object a line in, one out. ---------------------------------------------------------------------

function Answer(const Line: string): string;
begin
  Result := '{"id": ' + Quoted(TextOf(Line, 'id')) + ', ';
  try
    Result := Result + '"card": ' + ReadVitale(TextOf(Line, 'vitale')) + '}';
  except
    on E: ERefusal do
      Result := Result + '"error": {"code": ' + Quoted(E.Code) + ', "message": ' + Quoted(E.Message) + '}}';
    on E: Exception do
      Result := Result + '"error": {"code": "internal_error", "message": ' + Quoted(E.Message) + '}}';
  end;
end;

var
  Line, Cmd: string;
begin
  {$IFDEF FPC} SetMultiByteConversionCodePage(CP_UTF8); {$ENDIF}
  SetTextCodePage(Input, 65001); // UTF-8; a console of Windows has another one
  SetTextCodePage(Output, 65001);
  while not Eof(Input) do
  begin
    ReadLn(Line);
    Cmd := TextOf(Line, 'cmd');
    if Cmd = 'stop' then Break
    else if Cmd = 'describe' then WriteLn(PRODUCT)
    else if Cmd = 'read' then WriteLn(Answer(Line))
    else WriteLn('{"error": {"code": "unknown_command", "message": ' + Quoted('no such command: ' + Cmd) + '}}');
    Flush(Output);
  end;
end.
