#!/usr/bin/perl
# Reads the holders of a carte Vitale with Chipcard::PCSC (Debian: libpcsc-perl): perl vitale_client.pl "READER NAME"
use strict;
use warnings;
use Chipcard::PCSC;
use Chipcard::PCSC::Card;

binmode STDOUT, ':encoding(UTF-8)';

my $context = Chipcard::PCSC->new() or die "no PC/SC: $Chipcard::PCSC::errno\n";
my $card = Chipcard::PCSC::Card->new($context, $ARGV[0], $Chipcard::PCSC::SCARD_SHARE_SHARED)
    or die "no card: $Chipcard::PCSC::errno\n";
my (undef, undef, undef, $atr) = $card->Status();
print 'atr ', hex_text(@$atr), "\n";

choose(0x00, 0x3F, 0x00);
choose(0x02, 0xD0, 0x01);
my @holders = templates(content());
choose(0x04, map { hex } unpack '(A2)*', 'D250000002564954414C45');
choose(0x02, 0x20, 0x02);
my @numbers = templates(content());
for my $i (0 .. $#holders) {
    my ($name, $given) = map { s/ +$//r } @{$holders[$i]}{0x80, 0x81};
    print "holder $name|$given|$holders[$i]{0x82}|$numbers[$i]{0x93}\n";
}
choose(0x02, 0x20, 0x15);
my ($status) = transmit(0x00, 0xB0, 0x00, 0x00, 0x00);
printf "protected %04X\n", $status;
$card->Disconnect($Chipcard::PCSC::SCARD_LEAVE_CARD);

# One command, after the detours of T=0: the status word, then the data.
sub transmit {
    my @command = @_;
    my $answer = $card->Transmit(\@command) or die "Transmit: $Chipcard::PCSC::errno\n";
    my @data = @$answer;
    my ($sw1, $sw2) = splice @data, -2;
    return transmit(@command[0 .. $#command - 1], $sw2) if $sw1 == 0x6C;
    return transmit(0x00, 0xC0, 0x00, 0x00, $sw2) if $sw1 == 0x61;
    return ($sw1 << 8 | $sw2, @data);
}

sub choose {
    my ($how, @name) = @_;
    my ($status) = transmit(0x00, 0xA4, $how, 0x0C, scalar @name, @name);
    die sprintf "SELECT: %04X\n", $status if $status != 0x9000;
}

sub content {
    my @content;
    while (1) {
        my ($status, @data) = transmit(0x00, 0xB0, scalar(@content) >> 8, scalar(@content) & 0xFF, 0x00);
        die sprintf "READ BINARY: %04X\n", $status if $status != 0x9000 && $status != 0x6B00;
        push @content, @data;
        return @content if @data < 256;
    }
}

# The templates 65, up to the zeros that fill the file; every length here is one byte.
sub templates {
    my @content = @_;
    my @found;
    while (@content && $content[0] == 0x65) {
        my (undef, $length) = splice @content, 0, 2;
        my @inside = splice @content, 0, $length;
        my %fields;
        while (@inside) {
            my ($tag, $size) = splice @inside, 0, 2;
            $fields{$tag} = join '', map { chr } splice @inside, 0, $size;    # Latin-1
        }
        push @found, \%fields;
    }
    return @found;
}

sub hex_text { return join '', map { sprintf '%02X', $_ } @_ }
