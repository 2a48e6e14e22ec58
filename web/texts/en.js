/** The page in English: the language that every other is measured against. */
export default {
  // the frame
  menu: 'Menu', new_film: 'New film', films: 'Your films', language: 'Language', sign_out: 'Sign out', skip_to_content: 'Skip to content',
  seconds: '{n} s', minutes: '{n} min', just_now: 'just now', dollars: '${n} at most',
  // the brief
  brief_title: 'Say what film you want', brief_lead: 'You talk, we make it: script, voice, pictures, music and captions.',
  record_start: 'Record', record_stop: 'Stop recording', record_asking: 'Allow the microphone, please…', record_hint: 'Press and talk',
  discard: 'Discard', listen_again: 'Listen again', hearing: 'Listening to what you said…', reading: 'Reading…',
  type_label: 'Or type what film you want', type_example: 'Or type it: “Promote our bakery in Lisbon. We bake every morning at five.”',
  file_choose: 'Choose a recording', file_drop: 'or drop it here', file_instead: 'Choose a recording instead', go_on: 'Go on',
  file_large: 'This recording is larger than 45 MB: choose a shorter one, or save it as MP3.',
  microphone_denied: 'The browser does not let this page use the microphone. Allow it beside the address, type, or:',
  microphone_missing: 'There is no microphone here. Plug one in, type, or:',
  microphone_busy: 'The microphone could not be opened; perhaps another program uses it. Try again, type, or:',
  microphone_insecure: 'Browsers open the microphone only over https or on this computer itself. Type, or:',
  // the choices
  choices: 'Choices, all optional', choose_seconds: 'Length', choose_aspect: 'Shape', choose_theme: 'Look', choose_camera: 'Camera', choose_budget: 'Budget', choose_review: 'Ask me',
  as_said: 'as I say', by_mood: 'by mood', by_server: 'automatic', review_none: 'nothing, just film', review_script: 'with the script', review_storyboard: 'with the storyboard',
  shape_wide: 'Wide', shape_vertical: 'Vertical', shape_square: 'Square',
  theme_night: 'Night', theme_paper: 'Paper', theme_sunrise: 'Sunrise', theme_meadow: 'Meadow', theme_pop: 'Pop', theme_dusk: 'Dusk', theme_studio: 'Studio', theme_candy: 'Candy',
  // what was understood
  understood_title: 'Understood', say_otherwise: 'Say it otherwise', start_over: 'Start over', make_film: 'Make the film', starting: 'Starting…',
  chip_topic: 'About', chip_kind: 'Kind', chip_seconds: 'Length', chip_aspect: 'Shape', chip_tone: 'Tone', chip_audience: 'For', correct: 'Correct it', unknown: 'not said',
  kind_promotional: 'Promotional', kind_explainer: 'Explainer', kind_story: 'Story', kind_news: 'News', kind_tutorial: 'Tutorial', kind_quote: 'Quote', kind_greeting: 'Greeting',
  mood_calm: 'Calm', mood_energetic: 'Energetic', mood_happy: 'Happy', mood_nostalgic: 'Nostalgic', mood_tender: 'Tender',
  optional: 'if you like', answer: 'Answer', skip: 'Skip',
  // while it is made
  a_film: 'Your film', preview: 'What there is of it so far', stages: 'Stages', progress: 'Progress of the film', scenes: 'Scenes', cancel: 'Cancel',
  stage_brief: 'Brief', stage_script: 'Script', stage_voice: 'Voice', stage_storyboard: 'Storyboard', stage_pictures: 'Pictures', stage_cut: 'Cut', stage_check: 'Check',
  doing_brief: 'Understanding what is wanted', doing_script: 'Writing the script', doing_voice: 'Recording the voice', doing_storyboard: 'Drawing the storyboard',
  doing_pictures: 'Making pictures and music', doing_cut: 'Cutting the film', doing_check: 'Checking the film',
  waiting_turn: 'Waiting for its turn', scenes_done: '{doing}: {n} of {of} scenes', reconnecting: 'The server is away; reconnecting…',
  left: 'about {time} left', cost_so_far: '{money} so far', estimated: 'about {money}', scene_waiting: 'waiting', scene_rendering: 'being drawn', scene_ready: 'ready',
  // the review
  review_script_lead: 'This is what your film will say. Change any words, then have it filmed.',
  review_storyboard_lead: 'This is how your film will look. Change words, cards or their order; nothing is filmed before you say so.',
  words_of: 'Words of scene {n}', scene_n: 'Scene {n}', still_of: 'Picture of scene {n}', title: 'Title', card: 'Card', camera_prompt: 'What the camera films', add_scene: 'Add a scene',
  no_words: 'Without words', new_words: 'What is said in the new scene', earlier: 'Move earlier', later: 'Move later', remove: 'Remove', would_cost: 'would cost about {money}', costs_nothing: 'costs nothing',
  do_not_film: 'Do not film it', draw_again: 'Show the changes', film_it: 'Film it', newer_revision: 'It was changed meanwhile: this is the newest.',
  card_title: 'Title', card_statement: 'Statement', card_bullets: 'List', card_number: 'Number', card_quote: 'Quote', card_steps: 'Steps', card_comparison: 'Comparison',
  card_closing: 'Closing', card_icons: 'Icons', card_spotlight: 'Spotlight',
  // watching
  captions: 'Captions', captions_why: 'The film shows its words by itself; these come from the caption file', downloads: 'Downloads', download_film: 'Download the film', manifest: 'Details (JSON)',
  variants: 'The same again:', shorter: 'Shorter', version: 'Version', version_newest: '{n} (newest)', version_n: '{n}, {time}', change_words: 'Change the words', another_picture: 'Another picture',
  leave_it: 'Leave it', film_anew: 'Film it anew', sources: 'From', not_here: 'This server cannot do that yet.',
  // how it ended
  failed_title: 'The film could not be made', cancelled_title: 'Cancelled', cancelled_words: 'What was made so far is kept: the film goes on from there whenever you like.', try_again: 'Try again', continue_film: 'Go on with it',
  gone_title: 'This film is not here', gone_words: 'It was deleted, or the address is not quite right.', film_id: 'Film {id}',
  problem_title: 'That did not work', broken: 'Something went wrong on this page: load it again.', unreachable: 'The server cannot be reached: is it running? Try again in a moment.', request_id: 'Request {id}',
  // all films
  search: 'Search your films', no_films: 'Your films will be here.', nothing_found: 'No film has these words.', more: 'Show more', delete: 'Delete', deleted: '“{title}” is deleted.', undo: 'Undo',
  status_pending: 'Waiting', status_processing: 'Being made', status_awaiting_review: 'Waits for you', status_completed: 'Ready', status_failed: 'Failed', status_cancelled: 'Cancelled',
  // the key
  key_title: 'Your key, please', key_lead: 'This server is shared. Whoever runs it gives out keys.', key: 'Key', key_enter: 'Come in', key_wrong: 'This key opens nothing here: check it, or ask for another.',
};
