# A help desk: a client waits on the line
at: 2026-03-02 10:00 America/Los_Angeles

# Sam is a support specialist. Every post in this channel is a case; what follows at once joins it.
sam in #help-desk: Hi, I have a client on the line
wait 20s
sam in #help-desk: she cannot export her participants, the button is grey

# What the desk needs to know was asked for once, in the thread. A reply there fills it.
sam in thread: Client: Northwind
sam in thread: I tried it in the practice account: yes

# Mei replies first, so the case is hers.
mei in thread: Is the event archived? Then the export is under Reports.

# Tomas would like to add something. He gets a private note, and tells Mei privately.
tomas in thread: There is also a permission for it.
tomas presses [Tell Mei Tan]

# Mei has to wait for the client, and says so. Meanwhile no clock runs.
mei in thread: @firstline hold 30m waiting for the client
wait 10m
sam in thread: She found it under Reports. Thank you!

# Solved: one reaction is enough on this desk.
mei reacts :white_check_mark:

# And who is on coverage now?
sam in #help-desk: @firstline who is on coverage?
