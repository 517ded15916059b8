# Development: proven, or asked elsewhere
at: 2026-03-02 10:00 America/Los_Angeles

# Sam writes to development. The desk takes what somebody has reproduced, and this does not say so.
sam in #development: What happens: saving a record clears its second tab
  Record id: 123456
  Test user: maria.test
| 10:00 thread: *development-1* · Development
|   > saving a record clears its second tab
|   *Asked by:* Sam at 10:00 AM
|   *Owner:* nobody yet
|   *Turn:* ours, Sam has waited since 10:00 AM
|   *Missing:* I reproduced it myself
|   Nobody is pinged before what is missing is there.
|   [Claim] [Resolve] [Status | Needs a card | Canned answer]
| 10:00 thread: Development takes what is tested and proven, and “I reproduced it myself” is not confirmed here. If it is proven, say so and it goes on; if it is not, #trainers is the place to ask.
|   [It is proven] [Ask in #trainers instead]

# Somebody else's word does not count: it is for Sam to say.
lena presses [It is proven]
| 10:00 only lena sees: That is for Sam to say, who asked in development-1, so nothing was changed.

# He tried it in the practice account, and says so. Now a developer is pinged, the one with the fewest open cases.
sam presses [It is proven]
| 10:00 thread: @Ines Duarte, Sam has added what was missing and needs an answer: “saving a record clears its second tab”
|   If nobody claims it, Developers are pinged again at 10:15 AM.
|   [Claim] [Why me?]
| 10:00 thread, edited: *Next:* Developers are pinged again at 10:15 AM
| 10:00 only sam sees: Done.

# Ines takes it, and answers with words that she uses often.
ines reacts :eyes:
| 10:00 thread, edited: *Owner:* Ines Duarte, since 10:00 AM
|   *Next:* the supervisor is pinged at 11:00 AM
|   [Ask for help] [Hand over] [Hold] [Resolve] [Release | Status | Needs a card | Canned answer]
ines in thread: @firstline say deployed
| 10:00 thread: *Ines Duarte:*
|   The change is live. Please try it once more with the same test user and say here what you see.
| 10:00 thread, edited: *Turn:* theirs, we have waited for Sam since 10:00 AM
|   *Next:* the supervisor is pinged at 2:00 PM

# It needs a card as well: an e-mail to the product director opens, filled in. Ines reads it, and changes nothing.
ines chooses [more] Needs a card
| 10:00 form for ines: # Write an e-mail
|   *Needs a card.* No mail server is set up here: copy this into your mail program, send it from there, and then say so below. What stands between ⟦ and ⟧ is not known: write it in, or take it out.
|   To: (Several with commas between.) grace@example.com
|   Copy to: ⟦owner.email⟧, ⟦portfolio_lead.email⟧
|   Subject: A card is needed: development-1, record 123456
|   Text: Dear Grace,
|   Sam has proven this in the practice account, and it needs a card.
|   What happens: saving a record clears its second tab
|   Record: 123456
|   Test user: maria.test
|   What was said about it so far is attached (development-1).
|   Ines Duarte, Development
|   [I sent it] [Cancel]
ines fills in:
| under cc: ⟦owner.email⟧ and ⟦portfolio_lead.email⟧ is still blank; write what belongs there, or take it out.

# The reaction asks for the end. This desk wants an outcome and a note, so that it is found the next time.
ines reacts :white_check_mark:
| 10:00 only ines sees: development-1 is not resolved yet. It still needs an outcome (fixed, works as meant, on a card, cannot be reproduced) and a note on the solution.
|   [Add and resolve]
ines presses [Add and resolve]
| 10:00 form for ines: # Resolve
|   Outcome:
|   What solved it:
|   [Resolve] [Cancel]
ines fills in: Outcome = fixed; What solved it = the second tab was saved before the first
| 10:00 thread: Ines Duarte resolved this: fixed.
|   > the second tab was saved before the first
|   Please tell the client in your own words, and thank you for testing it first.
|   If it is not solved, reopen it, and somebody is asked again.
|   [Reopen]
| 10:00 thread, edited: *Resolved:* by Ines Duarte at 10:00 AM
|   *Asked by:* Sam
|   *Outcome:* fixed
|   *Solution:* the second tab was saved before the first
|   [Reopen] [Status]

# A second post is not proven either, and goes where it belongs.
sam in #development: What happens: the invoice looks odd
  Record id: n/a
  Test user: maria.test
| 10:00 thread: *development-2* · Development
|   > the invoice looks odd
|   *Asked by:* Sam at 10:00 AM
|   *Owner:* nobody yet
|   *Turn:* ours, Sam has waited since 10:00 AM
|   *Missing:* I reproduced it myself
|   Nobody is pinged before what is missing is there.
|   [Claim] [Resolve] [Status | Needs a card | Canned answer]
| 10:00 thread: Development takes what is tested and proven, and “I reproduced it myself” is not confirmed here. If it is proven, say so and it goes on; if it is not, #trainers is the place to ask.
|   [It is proven] [Ask in #trainers instead]
sam presses [Ask in #trainers instead]
| 10:00 thread: This is asked in #trainers instead, so nobody is pinged for it here. Please post it there.
| 10:00 thread, edited: *Withdrawn* at 10:00 AM. Nobody is pinged any more.
