"""What retrieve.py ranks with: keyword index, written questions, learnt weights, evidence."""
