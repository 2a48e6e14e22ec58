"""What an encyclopaedia on the machine says about a topic, in sentences that a narrator can say."""
